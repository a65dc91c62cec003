import type { ResultItem, SubmitAnswer, SubmitBody } from '../../api/types';

/** Whose entries these are: another person at the same browser never sends them. */
export interface Owner {
  person_id: string;
  workspace_id: string;
}

interface EntryFrame extends Owner {
  /** Client-made id: the submission id, or what makes a repeated skip or flag recognizable. */
  key: string;
  /** Order of sending; given by the store. */
  seq?: number;
  project_id: string;
  assignment_id: string;
  /** The beginning of the task's text, to recognize it by. */
  preview: string;
  made_at_ms: number;
  /** Set when the server will not take it: kept here until the person decides. */
  refused?: { code: string; what: string; action: string };
}

export type Entry = EntryFrame &
  (
    | { kind: 'submit'; body: SubmitBody }
    | { kind: 'skip'; body: { reason: string; note?: string } }
    | { kind: 'flag'; body: { note: string; rule?: string } }
  );

/** What one delivery brought back; only a submission has an answer worth keeping. */
export interface Delivery {
  key: string;
  kind: Entry['kind'];
  assignment_id: string;
  answer: SubmitAnswer | null;
}

/** An unfinished answer, keyed by its assignment. */
export interface Draft extends Owner {
  assignment_id: string;
  items: ResultItem[];
  confidence: number | null;
  seconds: number;
  saved_at_ms: number;
}
