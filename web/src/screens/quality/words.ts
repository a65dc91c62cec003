import { count, counted } from '../../ui/format';

export const words = {
  title: 'Agreement',
  control: 'Control',
  basis: (tasks: number, annotations: number, annotators: number) =>
    `${counted(tasks, 'task')} · ${counted(annotations, 'annotation')} · ${counted(annotators, 'annotator')}`,
  computed: (when: string) => `as of ${when}`,
  versions: (label: number, guidelines: readonly number[]) =>
    `label config v${label}${guidelines.length ? ` · guideline ${guidelines.map((v) => `v${v}`).join(', ')}` : ''}`,
  mixedVersions: (guidelines: readonly number[]) =>
    `These answers were given under ${counted(guidelines.length, 'guideline version')} (${guidelines.map((v) => `v${v}`).join(', ')}). People who read different guidelines can differ for that reason alone.`,
  copy: 'Copy as CSV',

  metrics: 'Numbers',
  metricsLead: (level: string) =>
    `The band is the ${level} interval: where the number may well lie, given how few tasks it rests on. The axis runs from 0 (no better than chance) to 1.`,
  metric: 'Metric',
  value: 'Value',
  interval: 'Interval',
  verdict: 'Verdict',
  restsOn: 'Rests on',
  leftOut: 'Left out',
  noInterval: 'No interval',

  labels: 'By label',
  labelsLead:
    'Each label against all others. Specific agreement: when one says this label, how often does another say it too?',
  label: 'Label',
  used: 'Used',
  usedHow: (share: string, n: number) => `${share} · ${count(n)}`,
  specific: 'Specific agreement',
  alpha: 'Alpha',

  pairs: 'Pairs of annotators',
  pairsLead:
    'Cohen’s kappa of any two, on the tasks that both answered. The stronger the shade, the more they agree.',
  matrix: 'Matrix of pairs',
  worst: (a: string, b: string) => `Least agreement: ${a} and ${b},`,
  worstTasks: (n: number) => `on ${counted(n, 'shared task')}.`,
  noWorst: 'No pair shares enough tasks yet to be told apart.',
  asList: 'Show as list',
  asMatrix: 'Show as matrix',
  pair: 'Pair',
  kappa: 'Cohen’s kappa',
  percent: 'Percent agreement',
  shared: 'Shared tasks',
  notShared: 'no shared task',
  onePerson:
    'Only one annotator so far. With a second one on the same tasks, each pair stands here.',

  people: 'By annotator',
  peopleLead:
    'Each against the others who answered the same tasks. Sorted by name: a number is a place to start a conversation, not a mark. Someone who differs may be the one who is right.',
  annotator: 'Annotator',
  withOthers: 'Agreement with the others',
  without: 'Alpha without this person',
  shares: 'Labels used',
  tasks: 'Tasks',

  worstTasksTitle: 'Where people disagree most',
  worstTasksLead: 'Read a few. If two readings are both sensible, the guideline lacks a rule.',
  noDisagreement: 'No task has two different answers.',
  allDisagreements: 'Open all disagreements',
  openTask: (id: number) => `Task ${id}`,

  how: 'How these are computed',
  nothingTitle: 'Agreement needs two people on the same task',
  nothingText:
    'As soon as two people have answered the same tasks, this page says how far their answers can be trusted: with several measures, each with its interval, by label, by pair and by person.',
};

/** What each metric is, in a sentence, said plainly. Unknown ones are simply not explained. */
export const EXPLANATIONS: readonly { id: string; title: string; text: string }[] = [
  {
    id: 'percent_agreement',
    title: 'Percent agreement',
    text: 'The share of pairs of answers to one task that are equal. Easy to read, but two people who guess also agree often when one label is frequent.',
  },
  {
    id: 'cohen_kappa',
    title: 'Cohen’s kappa',
    text: 'Agreement of two annotators, corrected for chance by how often each of the two uses each label. For more annotators: the mean over pairs.',
  },
  {
    id: 'scott_pi',
    title: 'Scott’s pi',
    text: 'As kappa, with chance taken from how often both together use each label. It does not reward two people for preferring different labels.',
  },
  {
    id: 'fleiss_kappa',
    title: 'Fleiss’ kappa',
    text: 'Scott’s pi for any number of annotators. It needs the same number of answers for each task, so others are left out.',
  },
  {
    id: 'krippendorff_alpha',
    title: 'Krippendorff’s alpha',
    text: 'One minus observed over expected disagreement. It takes any number of annotators, missing answers, and labels of any kind; with little data it is the most careful one.',
  },
  {
    id: 'gwet_ac1',
    title: 'Gwet’s AC1',
    text: 'Agreement corrected by a chance that shrinks when one label is rare, so that it stays high where kappa drops for a rare label alone. Where the two tell different stories, look at the rare label.',
  },
  {
    id: 'brennan_prediger',
    title: 'Brennan-Prediger kappa',
    text: 'Agreement corrected as if people who guess used each label equally often. It does not depend on how frequent the labels are.',
  },
];

export const INTERVAL_TEXT =
  'Intervals come from leaving out one task at a time (jackknife), shaped by Wilson’s score so that they stay honest near perfect agreement and with few tasks. Where an interval would be a guess, there is none, and the reason stands instead.';
export const VERDICT_TEXT =
  'The verdict is read off the interval, not the number: “strong” when even its low end is at 0.8 or above, “acceptable” when even its low end is above the policy’s warning level, “low” when even its high end is under it, and “can’t tell yet” when the warning level lies inside.';
