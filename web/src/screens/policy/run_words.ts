import { count, counted } from '../../ui/format';

/** What is said of the dry run, of putting a policy in force, and of its versions. */
export const runWords = {
  effect: 'What it would do',
  effectNow: 'What is to come',
  effectLead: 'Counted on the tasks that are there. Nothing is changed by looking.',
  counting: 'Counting anew …',
  now: 'Now',
  then: 'Then',
  rows: {
    annotations: 'Annotations to come',
    open_tasks: 'Tasks that want some',
    per_person: 'For each person',
    cost: 'Cost',
    days: 'Days, at least',
  },
  nobody: 'nobody labels here',
  noPriceYet: 'no price said',
  noCap: 'no limit a day',
  people: (n: number) => `${counted(n, 'person', 'people')} would get work.`,
  changed: (n: number, all: number) =>
    n === 0
      ? `None of the ${counted(all, 'task')} gets another number or queue.`
      : `${count(n)} of ${counted(all, 'task')} get another number of annotations or another queue.`,
  noTasks: 'There are no tasks yet; the settings hold for those to come.',
  beyond: (n: number) =>
    `${counted(n, 'annotation')} are there that this policy would not ask for. All of them stay and count.`,
  basedOn: (looked: number, all: number) =>
    `Counted on ${count(looked)} of ${count(all)} tasks, evenly spread, and scaled up: the numbers are estimates.`,
  rangeWhy: 'A range depends on the answers that people will give.',
  targets: 'Tasks by number of annotations',
  targetHeads: { target: 'Annotations', queue: 'Queue', tasks: 'Tasks' },
  byName: 'given to people by name',
  warnings: 'What it cannot reach',
  showField: 'Show the setting',
  incomplete: 'Finish what is marked to see what the change would do.',
  refused: 'This policy cannot be put in force',
  changes: 'What changes',
  put: 'Put it in force',
  changesOf: (n: number) => `${counted(n, 'setting')} changed`,
  noChanges: 'Nothing was changed yet.',
  orderChanged: 'in another order',
  nothing: 'none',

  note: 'What changed, and why',
  noteHint: 'It stands in the policy’s history.',
  activate: (version: number) => `Put version ${count(version)} in force`,
  discard: 'Discard the draft',
  inForce: (version: number) => `Version ${count(version)} is in force.`,
  jobTitle: 'Bringing the tasks along',
  jobRunning: 'Bringing the tasks under the new policy. People go on working meanwhile.',
  jobTasks: 'tasks looked at',
  jobWaiting: 'It begins in a moment.',
  jobDone: (changed: number, seen: number) =>
    `All ${counted(seen, 'task')} are under the new policy; ${count(changed)} changed their number, queue or place.`,
  jobFailed: 'Bringing the tasks under the new policy did not end.',
  jobHide: 'Hide',

  versions: 'Earlier versions',
  versionsLead: 'Each annotation keeps the version it was given under.',
  onlyOne: 'This is the first version.',
  current: 'in force',
  whatChanged: 'What changed',
  firstVersion: 'The first version; nothing was there before.',
  noDifference: 'Nothing but the note.',
  load: (version: number) => `Put version ${count(version)} back`,
  loaded: (version: number) =>
    `The draft is now version ${count(version)}. It is in force when you say so.`,
};
