import { counted } from '../../ui/format';

export const words = {
  navigation: 'This project',
  states: { open: 'Open', paused: 'Paused', archived: 'Archived' },
  pause: 'Pause',
  pauseHint: 'Nobody gets new tasks; what people are at can still be submitted.',
  resume: 'Open again',
  paused: (title: string) => `${title} is paused. Nobody gets new tasks.`,
  resumed: (title: string) => `${title} is open.`,
  archivedNote: 'This project is archived. Nothing can be labeled; everything is kept.',
  label: 'Label now',
  notForYou: 'This page is for those who lead the project',
  notForYouText: 'You can label in it. Your own numbers stand beside the work.',
  inThisProject: 'In this project',
  goTo: (tab: string) => `Go to ${tab}`,

  howFar: 'How far it is',
  tasksDone: 'tasks done',
  basis: (tasks: number, annotators: number) =>
    `${counted(tasks, 'shared task')} · ${counted(annotators, 'annotator')}`,
  computed: (when: string) => `As of ${when}`,
  moreNumbers: 'All numbers',
  lookFirst: 'What to look at first',
  nothingToDo: 'Nothing waits for you.',
  byDay: 'Annotations by day',
  byDayHint: 'The last 30 days, in UTC.',
  toCome: (n: number) => `${counted(n, 'annotation')} to come`,
};
