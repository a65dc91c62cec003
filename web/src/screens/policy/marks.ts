import { createContext, use } from 'react';

/** Something to know about a setting, where it is set. */
export interface Mark {
  /** The path of the setting: `rules[0].where.topic`. */
  field: string;
  message: string;
  tone: 'error' | 'warn';
}

/** The path as the page writes it, however deep in the request the server found it. */
export const fieldOf = (path: string): string =>
  path
    .replace(/^body\./, '')
    .replace(/^(?:document|policy)(?:\.|$)/, '')
    .replace(/\.(\d+)(?=\.|\[|$)/g, '[$1]');

const within = (field: string, path: string): boolean =>
  field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`);

/** The marks of a setting and of everything in it; with `exact` of the setting itself only. */
export const marksAt = (marks: readonly Mark[], path: string, exact = false): Mark[] =>
  marks.filter(({ field }) => (exact ? field === path : within(field, path)));

export const MarksContext = createContext<readonly Mark[]>([]);

export const useMarks = (path: string, exact = false): Mark[] =>
  marksAt(use(MarksContext), path, exact);

/** The first thing that is wrong with a setting, for the field's own line. */
export const useWrong = (path: string): string | null =>
  useMarks(path).find(({ tone }) => tone === 'error')?.message ?? null;

/** The part of the page in which a setting stands: the first step of its path. */
const PLACES: Readonly<Record<string, string>> = {
  annotations_per_task: 'overlap',
  overlap_share: 'overlap',
  full_coverage: 'overlap',
  adaptive: 'overlap',
  rules: 'rules',
  queues: 'queues',
  stages: 'stages',
  order: 'order',
  lease_seconds: 'leases',
  undo_seconds: 'leases',
  skips: 'skips',
  most_per_person_per_day: 'caps',
  most_per_person: 'caps',
  most_in_project: 'caps',
  session_minutes: 'sessions',
  break_minutes: 'sessions',
  break_required: 'sessions',
  backup_called: 'backup',
  agreement_target: 'quality',
  agreement_warning: 'quality',
  ask_confidence: 'quality',
  price_per_annotation: 'price',
};

/** The id of the part where the setting stands; null when it is about the whole policy. */
export const placeOf = (field: string): string | null =>
  PLACES[/^[a-z_]+/.exec(field)?.[0] ?? ''] ?? null;
