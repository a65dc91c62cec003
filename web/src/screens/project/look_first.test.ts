import { expect, test } from 'vitest';
import type { Project } from '../../api/lead/projects';
import type { Policy } from '../../api/lead/quality';
import type { View } from '../../api/server';
import type { Role } from '../../api/types';
import { lookFirst } from './look_first';

const steps = (
  project: Partial<Project>,
  progress: Partial<View['ProgressView']> = {},
  role: Role = 'owner',
  annotations_per_task = 3,
) =>
  lookFirst({
    project: {
      task_count: 9,
      annotator_count: 4,
      state: 'open',
      can_annotate: true,
      ...project,
    } as Project,
    progress: {
      disagreement_count: 0,
      flag_count: 0,
      annotations_to_come: 0,
      ...progress,
    } as View['ProgressView'],
    policy: { annotations_per_task } as Policy,
    role,
  }).map(({ id, button }) => `${id}: ${button}`);

test('an empty project begins with a file, then people', () => {
  expect(steps({ task_count: 0, annotator_count: 0 })).toEqual([
    'import: Import tasks',
    'people: Invite people',
  ]);
});

test('disagreements come before questions, with their numbers', () => {
  expect(steps({}, { disagreement_count: 1204, flag_count: 1 })).toEqual([
    'disagreements: Open 1,204 disagreements',
    'questions: Read 1 question about the guideline',
  ]);
});

test('only an owner can invite; a reviewer is sent nowhere that is closed', () => {
  expect(steps({ annotator_count: 1 }, {}, 'lead')).toEqual(['people: Add people']);
  expect(steps({ task_count: 0, annotator_count: 0 }, {}, 'reviewer', 1)).toEqual([]);
});

test('nothing to measure is said; labeling oneself comes last', () => {
  expect(steps({}, { annotations_to_come: 5 }, 'lead', 1)).toEqual([
    'policy: Change the policy',
    'label: Label some yourself',
  ]);
  expect(steps({ state: 'paused' }, { annotations_to_come: 5 })).toEqual([]);
});
