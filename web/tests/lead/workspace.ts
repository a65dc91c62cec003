import type { View } from '../../src/api/server';
import type { Role } from '../../src/api/types';
import { GUIDELINE } from './guideline';
import { CONTROL, LABEL_CONFIG, XML } from './project';
import { person } from './tasks';

export const JOB: View['JobView'] = {
  id: 'j1',
  kind: 'import',
  state: 'failed',
  step: 'failed',
  progress: 10,
  total: 10,
  outcome: { rows: 60, tasks: 0, annotations: 0, refused: 2 },
  problem: { detail: '2 of 60 rows cannot be imported.', action: 'Correct the rows.' },
  arguments: { filename: 'shop.csv', format: 'csv', mode: 'all_or_nothing' },
  created_at: '2026-11-21T13:00:00Z',
  finished_at: '2026-11-21T13:00:01Z',
};

export const FORMATS: View['FormatView'][] = [
  {
    id: 'jsonl',
    title: 'JSON Lines',
    extension: 'jsonl',
    reads: true,
    writes: true,
    lossless: true,
    drops: [],
  },
  {
    id: 'csv',
    title: 'CSV',
    extension: 'csv',
    reads: true,
    writes: true,
    lossless: false,
    drops: ['Of a task: its target.'],
  },
];

export const member = (
  id: string,
  name: string,
  role: Role,
  active = true,
): View['MemberView'] => ({
  ...person(id, name),
  role,
  active,
  can_sign_in: true,
  project_count: 1,
  annotation_count: 250,
  created_at: '2026-11-01T09:00:00Z',
});

export const TEMPLATE = {
  id: 'sentiment',
  title: 'Sentiment',
  description: 'Positive, neutral or negative.',
  label_config: XML,
  sample: { text: 'It works.' },
  guideline: GUIDELINE.document,
  controls: [CONTROL],
  outline: LABEL_CONFIG.outline,
};

export const list = (items: unknown[]) => ({ items, next_cursor: null });
