import { counted } from '../../ui/format';

export const words = {
  title: 'Projects',
  lead: 'Each holds the tasks to label, the guideline for them, and what people answered.',
  create: 'New project',
  search: 'Search projects',
  filter: 'Show',
  filters: { '': 'Current', open: 'Open', paused: 'Paused', archived: 'Archived' },
  states: { open: 'Open', paused: 'Paused', archived: 'Archived' },
  tasksDone: 'tasks done',
  noTasks: 'No tasks yet',
  facts: (annotations: number, annotators: number) =>
    `${counted(annotations, 'annotation')} · ${counted(annotators, 'annotator')}`,
  label: 'Label',
  labelIn: (title: string) => `Label in ${title}`,
  more: 'Show more projects',
  emptyTitle: 'Your first project starts here',
  emptyText:
    'Choose a template, such as sentiment or topic. It brings its label config and a worked guideline. Then you import texts, invite people, and see from the first shared tasks how far their answers agree.',
  noneTitle: 'No project fits',
  noneText: 'Search for another word, or show the archived ones.',
  noArchived: 'Nothing is archived. Archived projects keep everything and can be opened again.',
};
