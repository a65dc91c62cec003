import { count } from '../../ui/format';

export const words = {
  lookAtChange: 'See what changes',
  title: 'Settings',
  about: 'About',
  titleField: 'Title',
  description: 'Description',
  descriptionHint: 'A sentence on what the labels are for. Annotators see it.',
  save: 'Save',
  saved: 'Saved.',

  policy: 'Policy',
  policyLead: 'How often, to whom and in which order tasks go out has a page of its own.',
  openPolicy: 'Open the policy',
  note: 'What changed, and why',
  noteHint: 'It stands in the policy’s history.',
  savePolicy: (version: number) => `Save as version ${count(version)}`,
  discard: 'Discard changes',

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
