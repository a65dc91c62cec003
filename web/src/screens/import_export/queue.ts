import type { Job } from '../../api/lead/jobs';
import type { Problem } from '../../api/problem';

/** A file on its way to the server. Once it is there, its job takes over. */
export interface Upload {
  id: string;
  file: File;
  /** Empty: the server detects it. */
  format: string;
  rules: ImportRules;
  state: 'waiting' | 'sending' | 'failed';
  sentBytes: number;
  problem: Problem | null;
}
export type ImportMode = 'all_or_nothing' | 'good_rows';

/** What becomes of bad rows, and of rows that are there already. */
export interface ImportRules {
  mode: ImportMode;
  duplicates: 'auto' | 'skip' | 'keep' | 'refuse';
  existing_keys: 'refuse' | 'skip' | 'update';
  update_annotated: boolean;
}

export const USUAL_RULES: ImportRules = {
  mode: 'all_or_nothing',
  duplicates: 'auto',
  existing_keys: 'refuse',
  update_annotated: false,
};

export type Event =
  | { kind: 'add'; uploads: Upload[] }
  | { kind: 'start'; id: string }
  | { kind: 'sent'; id: string; bytes: number }
  | { kind: 'accepted'; id: string; job: Job }
  | { kind: 'fail'; id: string; problem: Problem }
  /** Sends it once more, perhaps as another format. */
  | { kind: 'again'; id: string; format: string }
  | { kind: 'remove'; id: string };

/** The files one after the other: what was accepted leaves the queue, what failed stays and says why. */
export function afterEvent(uploads: readonly Upload[], event: Event): Upload[] {
  if (event.kind === 'add') return [...uploads, ...event.uploads];
  if (event.kind === 'accepted' || event.kind === 'remove') {
    return uploads.filter(({ id }) => id !== event.id);
  }
  return uploads.map((upload) => (upload.id === event.id ? changed(upload, event) : upload));
}

function changed(upload: Upload, event: Event): Upload {
  switch (event.kind) {
    case 'start':
      return { ...upload, state: 'sending', sentBytes: 0, problem: null };
    case 'sent':
      return { ...upload, sentBytes: event.bytes };
    case 'fail':
      return { ...upload, state: 'failed', problem: event.problem };
    case 'again':
      return { ...upload, state: 'waiting', format: event.format, sentBytes: 0, problem: null };
    default:
      return upload;
  }
}

/** The one to send now: the first that waits, while no other is being sent. */
export function nextUpload(uploads: readonly Upload[]): Upload | null {
  if (uploads.some(({ state }) => state === 'sending')) return null;
  return uploads.find(({ state }) => state === 'waiting') ?? null;
}

const BY_ENDING: Readonly<Record<string, string>> = {
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  csv: 'csv',
  tsv: 'tsv',
  txt: 'txt',
  parquet: 'parquet',
};

/** The format that a file's name promises; the server looks at its content too. */
export function formatByName(
  name: string,
  known: readonly { id: string; extension: string }[],
): string | null {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const exact = known.find(
    ({ extension }) => extension.replace(/^\./, '').toLowerCase() === ending,
  );
  if (exact) return exact.id;
  const usual = BY_ENDING[ending];
  return known.find(({ id }) => id === usual)?.id ?? null;
}
