import type { RevertSelection } from '../../api/lead/records';

/** The form as it is typed; empty texts ask nothing. */
export interface Typed {
  annotators: readonly string[];
  since: string;
  until: string;
  /** "control\nlabel" */
  label: string;
  guidelineVersion: string;
  labelConfigVersion: string;
  rule: string;
  source: string;
  importJob: string;
  tasks: string;
}

export const EMPTY: Typed = {
  annotators: [],
  since: '',
  until: '',
  label: '',
  guidelineVersion: '',
  labelConfigVersion: '',
  rule: '',
  source: '',
  importJob: '',
  tasks: '',
};

export const labelKey = (control: string, label: string): string => `${control}\n${label}`;

/** The typed window is in the reader's time zone; the server is told the moment. */
const moment = (typed: string): string => new Date(typed).toISOString();

/** The numbers in "12, 15 and 20". */
export const numbersIn = (text: string): number[] =>
  [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits));

/** What the server is asked, or null while nothing is selected. */
export function selectionOf(typed: Typed): RevertSelection | null {
  const [control, label] = typed.label.split('\n');
  const tasks = numbersIn(typed.tasks);
  const selection: RevertSelection = {
    ...(typed.annotators.length > 0 && { annotators: [...typed.annotators] }),
    ...(typed.since && { since: moment(typed.since) }),
    ...(typed.until && { until: moment(typed.until) }),
    ...(control && label && { control, label }),
    ...(typed.guidelineVersion && { guideline_versions: [Number(typed.guidelineVersion)] }),
    ...(typed.labelConfigVersion && { label_config_versions: [Number(typed.labelConfigVersion)] }),
    ...(typed.rule && { flagged_rule: typed.rule }),
    ...(typed.source && {
      sources: [typed.source] as NonNullable<RevertSelection['sources']>,
    }),
    ...(typed.importJob && { import_job: typed.importJob }),
    ...(tasks.length > 0 && { task_ids: tasks }),
  } as RevertSelection;
  return Object.keys(selection).length > 0 ? selection : null;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** An id of our own, so that sending twice is once. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(26));
  return Array.from(bytes, (byte) => ALPHABET[byte & 31]).join('');
}
