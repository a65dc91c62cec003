import { count, counted, percent, share } from '../../ui/format';

export const words = {
  control: 'Control',
  method: 'Method',
  download: 'Labels as CSV',
  basis: (tasks: number, annotations: number, annotators: number) =>
    `${counted(tasks, 'task')} · ${counted(annotations, 'annotation')} · ${counted(annotators, 'annotator')}`,
  computed: (when: string) => `as of ${when}`,
  nothingTitle: 'No answers yet',
  nothingText:
    'As soon as tasks are answered, this page proposes one answer for each, and says how sure it is.',

  decided: (n: number) =>
    n === 1 ? 'One answer for 1 task' : `One answer for each of ${count(n)} tasks`,
  wrong: (n: number) =>
    n < 0.5
      ? 'hardly any of them expected to be wrong.'
      : `about ${count(Math.round(n))} of them expected to be wrong.`,
  cannotTell: 'this method cannot say how many are wrong.',
  undecided: (n: number) => `${counted(n, 'task')} without one: the answers are tied.`,
  noGold:
    'This rests on people agreeing with each other. Where most make the same mistake, it cannot know better.',

  leastSure: 'Least sure',
  leastSureLead:
    'One more answer is worth most here. Where good annotators differ, the guideline may lack a rule.',
  sure: (confidence: number, answers: number) =>
    `${percent(confidence)} sure · ${counted(answers, 'answer')}`,
  votes: (confidence: number, answers: number) =>
    `${percent(confidence)} of ${counted(answers, 'answer')}`,
  tie: (labels: string) => `Tie: ${labels}`,
  openTask: (id: number) => `Task ${id}`,

  people: 'Annotators',
  peopleLead: (level: string) =>
    `How often each gives the true label, as estimated from everybody’s answers; the band is the ${level} interval. Sorted by name: it is a place to start a conversation, not a mark.`,
  annotator: 'Annotator',
  accuracy: 'Estimated accuracy',
  interval: 'Interval',
  answers: 'Answers',

  how: 'How this was chosen',
  howText:
    'No one model fits every crowd. Each was fitted without a part of the answers and asked to predict those; the better it did, the more it counts.',
  model: 'Model',
  weight: 'Counts for',
  behind: 'Behind the best by',
  best: 'best',
  difference: (value: number, error: number) => `${share(value, 3)} ± ${share(error, 3)}`,
  about: (summary: string, reference: string) => `${summary} (${reference}.)`,
};

/** What annotators may differ in, for each model that is weighed. */
export const MODELS: Record<string, string> = {
  shared_accuracy: 'Everybody is equally good',
  shared_confusion: 'Everybody makes the same mistakes',
  accuracy: 'Each is good in their own measure',
  confusion: 'Each makes mistakes of their own',
  accuracy_and_confusion: 'Each in their own measure, with common mistakes',
};
