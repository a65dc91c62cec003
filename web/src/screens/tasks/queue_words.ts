import { counted } from '../../ui/format';

/** What is said where tasks are given to people, or taken out of the queue. */
export const words = {
  chosen: (n: number) => `${counted(n, 'task')} chosen`,
  clear: 'Choose none',
  tools: 'The queue',
  assign: 'Assign to …',
  takeOut: 'Take out of the queue',
  putBack: 'Put back into the queue',
  outNow: 'It is out of the queue: nobody gets it.',

  assignTitle: (n: number) => `Assign ${counted(n, 'task')}`,
  assignText:
    'Who holds one of them already may finish it. The number of annotations stays as the policy says.',
  whom: 'Who gets them',
  only: 'Only these people',
  policy: 'Whoever the policy means',
  people: 'People',
  nobody: 'Nobody labels in this project yet. Add people on the page People.',
  assignButton: 'Assign',
  assigned: (n: number) =>
    n === 0 ? 'Nothing changed: they were assigned so already.' : `${counted(n, 'task')} assigned.`,
  close: 'Close',
  cancel: 'Cancel',

  takeOutTitle: (n: number) => `Take ${counted(n, 'task')} out of the queue`,
  takeOutText:
    'Nobody gets them any more until they are put back. Their annotations stay; who holds one may finish it.',
  reason: 'Why (you may leave it out)',
  reasonHint: 'It stands in the history of the task.',
  takenOut: (n: number) =>
    n === 0
      ? 'Nothing changed: they were out already.'
      : `${counted(n, 'task is', 'tasks are')} out of the queue.`,
  backAgain: (n: number) =>
    n === 0
      ? 'Nothing changed: they were in the queue already.'
      : `${counted(n, 'task is', 'tasks are')} in the queue again.`,
};
