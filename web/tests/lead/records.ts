import type { View } from '../../src/api/server';
import { person } from './tasks';

export const RECORDS: View['RecordsView'] = {
  links: 12,
  records: 1240,
  head: 'f3'.repeat(32),
  head_at: '2026-11-21T09:00:05Z',
  last_check: null,
};

export const REVERT: View['RevertView'] = {
  id: 'r1',
  kind: 'revert',
  restores: null,
  at: '2026-11-21T10:00:00Z',
  by: person('per_1', 'Mira Okafor'),
  reason: 'Labeled without reading.',
  selection: { annotators: ['ben'], since: '2026-11-20T09:00:00Z' },
  people: [person('ben', 'Ben')],
  again: 'others',
  annotations: 40,
  effects: { opened: 38, none: 2 },
  job_id: 'j9',
  state: 'done',
  progress: 40,
  total: 40,
  can_restore: true,
};

export const PREVIEW: View['RevertPreview'] = {
  annotations: 250,
  tasks: 249,
  asked_again: 250,
  given_up: 0,
  no_slot: 0,
  others_active: 0,
  first_at: '2026-11-20T09:00:00Z',
  last_at: '2026-11-21T09:00:00Z',
  until: '2026-11-22T09:00:00Z',
  labels: [{ control: 'sentiment', label: 'Positive', annotations: 250 }],
  people: [{ person: person('ben', 'Ben'), annotations: 250 }],
  people_count: 1,
  sample: [
    {
      task_id: 7,
      person: person('ben', 'Ben'),
      answers: { sentiment: ['Positive'] },
      created_at: '2026-11-20T09:00:00Z',
      source: 'web',
    },
  ],
  exports: [
    { job_id: 'j2', filename: 'shop.jsonl', created_at: '2026-11-21T12:00:00Z', annotations: 250 },
  ],
};

const entry = (
  kind: string,
  at: string,
  more: Partial<View['HistoryEntry']>,
): View['HistoryEntry'] => ({
  kind,
  at,
  person: person('ben', 'Ben'),
  old: null,
  new: null,
  counted: null,
  versions: {},
  details: {},
  ...more,
});

export const HISTORY: View['HistoryEntry'][] = [
  entry('imported', '2026-11-20T09:00:00Z', { details: { filename: 'shop.csv', line: 7 } }),
  entry('handed_out', '2026-11-20T09:01:00Z', {}),
  entry('annotated', '2026-11-20T09:02:00Z', {
    new: { sentiment: ['Neutral'] },
    counted: true,
    versions: { label_config: 1, guideline: 2, policy: 1 },
  }),
  entry('corrected', '2026-11-20T09:03:00Z', {
    old: { sentiment: ['Neutral'] },
    new: { sentiment: ['Positive'] },
    counted: true,
    versions: { label_config: 1, guideline: 2, policy: 1 },
  }),
  entry('set_aside', '2026-11-21T10:00:00Z', {
    person: person('per_1', 'Mira Okafor'),
    old: { sentiment: ['Positive'] },
    details: { reason: 'Labeled without reading.' },
  }),
  entry('decided', '2026-11-21T10:00:01Z', { person: null, details: { kind: 'asked_once_more' } }),
];
