import type { Policy } from '../../api/lead/quality';
import { count, counted, percent } from '../../ui/format';

/** The settings that a new project asks for. */
export type BasicPolicy = Pick<Policy, 'annotations_per_task' | 'overlap_share' | 'order'>;

type Overlap = Pick<Policy, 'annotations_per_task' | 'overlap_share'>;

/** So many tasks are taken as an example while a project has none. */
const EXAMPLE_TASKS = 1000;

/** What a policy means in numbers, for `tasks` tasks: how many annotations, and what can be measured. */
export function policySentence(policy: Overlap, tasks: number): string {
  const n = tasks > 0 ? tasks : EXAMPLE_TASKS;
  const of = tasks > 0 ? `The ${counted(n, 'task')}` : `For every ${count(n)} tasks`;
  const { annotations_per_task: each, overlap_share: share } = policy;
  if (each === 1) {
    return tasks > 0
      ? `${of} get one annotation each: ${counted(n, 'annotation')}. Agreement cannot be measured, because no two people answer the same task.`
      : `${of}, people give ${count(n)} annotations. Agreement cannot be measured, because no two people answer the same task.`;
  }
  const shared = Math.round(n * share);
  const total = shared * each + (n - shared);
  const annotations = `about ${counted(total, 'annotation')}`;
  if (share >= 1) {
    return tasks > 0
      ? `${of} get ${each} annotations each, from different people: ${counted(n * each, 'annotation')}. Agreement is measured on all of them.`
      : `${of}, people give ${count(n * each)} annotations, ${each} to each task and each from another person. Agreement is measured on all tasks.`;
  }
  if (shared === 0) {
    return `${of}: hardly any is shared (${percent(share)}), so agreement will take very long to measure.`;
  }
  const split = `about ${count(shared)} drawn at random get ${each} annotations from different people, the others one`;
  return `${of}: ${split}. That is ${annotations}. Agreement is measured on the shared ones.`;
}

/** Fewer shared tasks than this leave an interval too wide to act on. */
export const FEW_SHARED = 50;

/** A warning about the policy, or null: too few shared tasks for a number that means something. */
export function policyWarning(policy: Overlap, tasks: number): string | null {
  if (policy.annotations_per_task === 1 || tasks <= 0) return null;
  const shared = Math.round(tasks * policy.overlap_share);
  if (shared >= FEW_SHARED || shared >= tasks) return null;
  return `About ${counted(shared, 'shared task')} will leave a wide interval: aim for ${FEW_SHARED} or more.`;
}
