import type { Policy } from '../../api/lead/quality';

/** What a part of the page gets: the draft, and how it is changed. */
export interface Settings {
  policy: Policy;
  set: (patch: Partial<Policy>) => void;
}

/** Words that can be chosen from, because they are in use already. */
export interface KnownWords {
  /** Fields of the data. */
  fields: readonly string[];
  labels: readonly string[];
  skills: readonly string[];
}
