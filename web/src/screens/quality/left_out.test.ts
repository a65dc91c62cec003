import { expect, test } from 'vitest';
import type { Agreement } from '../../api/lead/quality';
import { leftOutOf } from './left_out';

const item = (reason: string, n_tasks: number) => ({
  reason,
  n_tasks,
  n_annotations: 0,
  n_annotators: 0,
  n_pairs: 0,
  n_labels: 0,
});

test('what all metrics leave out is said once; what some do is said with their names', () => {
  const single = item('only one annotation', 684);
  const metrics = [
    { title: 'Alpha', left_out: [single] },
    { title: 'Fleiss', left_out: [single, item('another number of annotations', 12)] },
  ];
  const left_out = [{ ...item('superseded', 0), n_annotations: 1 }];
  expect(leftOutOf({ metrics, left_out } as unknown as Agreement)).toEqual([
    { amount: '1 annotation', reason: 'superseded', of: [] },
    { amount: '684 tasks', reason: 'only one annotation', of: [] },
    { amount: '12 tasks', reason: 'another number of annotations', of: ['Fleiss'] },
  ]);
});
