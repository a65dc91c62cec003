import { count } from '../../ui/format';

export const words = {
  lookAtChange: 'See what changes',
  title: 'Settings',
  annotationsPerTask: 'Annotations a task gets',
  overlapShare: 'On this share of the tasks',
  order: 'Order',
  orders: { random: 'Random', sequential: 'As imported' },

  about: 'About',
  titleField: 'Title',
  description: 'Description',
  descriptionHint: 'A sentence on what the labels are for. Annotators see it.',
  save: 'Save',
  saved: 'Saved.',

  policy: 'Policy',
  policyLead: (version: number) =>
    `Version ${count(version)}. A change is a new version; each annotation keeps the version it was given under. How often a task is answered is settled when it is added: tasks that are there keep their number.`,
  lease: 'Time for a task',
  leaseHint:
    'After so long without an answer, a task goes to somebody else. A late answer is kept.',
  minutes: 'minutes',
  undo: 'Time to correct',
  undoHint: 'For so long, annotators can bring an answer back and change it. Both are kept.',
  confidence: 'Ask how sure people are',
  confidenceHint: 'A slider beside the answer. It costs about a second a task.',
  target: 'Agreement target',
  targetHint: 'The line in the charts: 0.8 is usual for facts, 0.6 to 0.7 for judgments.',
  warning: 'Warning level',
  warningHint: 'Below it, agreement is called low. At most the target.',
  note: 'What changed, and why',
  noteHint: 'It stands in the policy’s history.',
  savePolicy: (version: number) => `Save as version ${count(version)}`,
  discard: 'Discard changes',
  outOfOrder: 'The warning level must be at or below the target.',

  labelConfig: 'Label config',
  labelConfigLead: (version: number) =>
    `Version ${count(version)}. Before a new version is saved you see what becomes of the answers that were given.`,
  editLabelConfig: 'Change it',
  hideLabelConfig: 'Hide',
  preview: 'What annotators see now',
  outdated: (version: number) =>
    `Somebody saved version ${count(version)} while you were writing. Your change is kept here; saving it puts it on top of theirs.`,
  found: 'This change was kept in this browser. It is not saved yet.',

  archive: 'Archive this project',
  archiveLead:
    'It leaves everybody’s lists and nobody can label in it. Tasks, answers and exports stay, and it can be opened again.',
  archiveType: (title: string) => `Type the project’s title to archive it: ${title}`,
  archiveButton: 'Archive',
  unarchive: 'Open it again',
  unarchiveLead:
    'This project is archived. Opened again, it is back in everybody’s lists, as it was.',
};
