import type { Condition, Stage } from '../../api/lead/policy';
import type { Policy } from '../../api/lead/quality';
import { words } from './words';

/** Changes of a policy that touch more than one of its settings; each gives a new document. */

export const ANY: Condition = {
  label: [],
  agreement_below: null,
  confidence_below: null,
  share: 1,
};

export const replaced = <T>(list: readonly T[], place: number, value: T): T[] =>
  list.map((one, at) => (at === place ? value : one));

export const without = <T>(list: readonly T[], place: number): T[] =>
  list.filter((_, at) => at !== place);

/** The one at `place` changes places with its neighbor; at the end nothing happens. */
export function moved<T>(list: readonly T[], place: number, by: 1 | -1): T[] {
  const one = list[place];
  const other = list[place + by];
  if (one === undefined || other === undefined) return [...list];
  return replaced(replaced(list, place, other), place + by, one);
}

/** Rules and stages that name the queue go with it. */
export function renameQueue(policy: Policy, place: number, name: string): Policy {
  const before = policy.queues[place];
  if (!before) return policy;
  const queues = replaced(policy.queues, place, { ...before, name });
  return before.name === ''
    ? { ...policy, queues }
    : pointed({ ...policy, queues }, before.name, name);
}

/** What pointed to the queue is open to everybody again. */
export function removeQueue(policy: Policy, place: number): Policy {
  const gone = policy.queues[place];
  const queues = without(policy.queues, place);
  return gone ? pointed({ ...policy, queues }, gone.name, null) : policy;
}

function pointed(policy: Policy, from: string, to: string | null): Policy {
  return {
    ...policy,
    rules: policy.rules.map((rule) => (rule.queue === from ? { ...rule, queue: to } : rule)),
    stages: policy.stages.map((stage) =>
      stage.queue === from ? { ...stage, queue: to ?? '' } : stage,
    ),
  };
}

/** A new last stage that the one before it leads to, so that it is reached. */
export function addStage(policy: Policy): Policy {
  const { stages } = policy;
  const fresh: Stage = {
    name: stages.length === 0 ? words.firstName : freeName(stages),
    annotations: stages.length === 0 ? null : 1,
    queue: '',
    next: [],
  };
  const before = stages.at(-1);
  if (!before) return { ...policy, stages: [fresh] };
  const leading = { ...before, next: [...before.next, { to: fresh.name, when: ANY }] };
  return { ...policy, stages: [...stages.slice(0, -1), leading, fresh] };
}

function freeName(stages: readonly Stage[]): string {
  let number = stages.length + 1;
  while (stages.some(({ name }) => name === words.newStage(number))) number += 1;
  return words.newStage(number);
}

/** The steps that lead to the stage go with it. */
export function renameStage(policy: Policy, place: number, name: string): Policy {
  const before = policy.stages[place];
  if (!before) return policy;
  const stages = replaced(policy.stages, place, { ...before, name }).map((stage) => ({
    ...stage,
    next: stage.next.map((step) => (step.to === before.name ? { ...step, to: name } : step)),
  }));
  return { ...policy, stages };
}

/** Steps to the stage go too; the stage that is first now has the number of the policy. */
export function removeStage(policy: Policy, place: number): Policy {
  const gone = policy.stages[place];
  const stages = without(policy.stages, place).map((stage, at) => ({
    ...stage,
    annotations: at === 0 ? null : stage.annotations,
    next: stage.next.filter(({ to }) => to !== gone?.name),
  }));
  return { ...policy, stages };
}
