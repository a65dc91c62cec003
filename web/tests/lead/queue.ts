import type { View } from '../../src/api/server';
import { POLICY } from './project';
import { person } from './tasks';

const effect = (least: number, most = least): View['Effect'] => ({
  annotations: { least, most },
  open_tasks: 930,
  per_person: { least: Math.ceil(least / 2), most: Math.ceil(most / 2) },
  cost: null,
  days: null,
});

export const PREVIEW: View['PolicyPreview'] = {
  tasks: 1240,
  people: 2,
  now: effect(1204),
  then: effect(1204, 1800),
  targets: [{ target: 3, queue: '', tasks: 248 }],
  tasks_changed: 12,
  beyond: 0,
  based_on: 1240,
  warnings: [
    {
      code: 'too_few_people',
      field: 'policy.annotations_per_task',
      message:
        'Tasks in the open queue want 3 annotations by different people, but 2 can work there.',
    },
  ],
};

export const PRESET: View['PresetView'] = {
  id: 'crowd',
  title: 'Crowd',
  description: 'Many people of unknown skill.',
  document: { ...POLICY.document, annotations_per_task: 3, overlap_share: 1 },
};

export const lane = (more: Partial<View['LaneView']> = {}): View['LaneView'] => ({
  queue: '',
  stratum: '',
  priority: 0,
  skills: [],
  assigned_to: null,
  tasks: 1240,
  fresh: 930,
  started: 0,
  done: 310,
  out: 0,
  open_slots: 1202,
  able: 2,
  stuck: 0,
  ...more,
});

export const worker = (more: Partial<View['WorkerView']> = {}): View['WorkerView'] => ({
  person: person('ben', 'Ben'),
  active: true,
  skills: { French: null },
  held: 2,
  oldest_lease: '2026-11-21T09:00:00Z',
  active_at: '2026-11-21T09:00:00Z',
  today: 12,
  submitted: 250,
  accuracy: null,
  ...more,
});

export const QUEUE: View['QueueView'] = {
  lanes: [lane()],
  people: [worker()],
  open_slots: 1202,
  leased: 2,
  hints: [{ code: 'slow', message: '1 of 1 people have held a task for long.' }],
  backup_called: false,
};
