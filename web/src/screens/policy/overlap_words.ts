import type { Policy } from '../../api/lead/quality';
import { count, counted, percent } from '../../ui/format';

/** The settings that a new project asks for. */
export type BasicPolicy = Pick<Policy, 'annotations_per_task' | 'overlap_share' | 'order'>;

type Overlap = Pick<Policy, 'annotations_per_task' | 'overlap_share'>;

/** The example that the sentences count with: a policy holds for tasks to come, so there is no other. */
const TASKS = 1000;
/** Fewer shared tasks than this leave an interval too wide to act on. */
const FEW_SHARED = 50;

const sharedOf = ({ overlap_share: share }: Overlap) => Math.round(TASKS * share);

/** What a policy means in numbers: how many annotations, and on what agreement is measured. */
export function policySentence(policy: Overlap): string {
  const { annotations_per_task: each, overlap_share: share } = policy;
  const start = `For every ${count(TASKS)} tasks, people give`;
  if (each === 1) {
    return `${start} ${count(TASKS)} annotations. Agreement cannot be measured, because no two people answer the same task.`;
  }
  if (share >= 1) {
    return `${start} ${counted(TASKS * each, 'annotation')}: ${each} to each task, from different people. Agreement is measured on all tasks.`;
  }
  const shared = sharedOf(policy);
  const total = shared * each + (TASKS - shared);
  return `${start} about ${counted(total, 'annotation')}: ${each} from different people to about ${count(shared)} tasks drawn at random, one to each of the others. Agreement is measured on the shared ones.`;
}

/** A warning about the policy, or null: too few shared tasks for a number that means something. */
export function policyWarning(policy: Overlap): string | null {
  if (policy.annotations_per_task === 1 || sharedOf(policy) >= FEW_SHARED) return null;
  return `With ${percent(policy.overlap_share)} shared, it takes long until agreement can be told: aim for ${FEW_SHARED} shared tasks or more.`;
}
