import { expect, test } from 'vitest';
import { POLICY } from '../../../tests/lead/project';
import type { Policy } from '../../api/lead/quality';
import { addStage, ANY, moved, removeQueue, removeStage, renameQueue, renameStage } from './edit';

const RULE = { annotations_per_task: null, overlap_share: null, priority: null };
const policy = (more: Partial<Policy> = {}): Policy => ({ ...POLICY.document, ...more });

test('what points to a queue follows its name, and is open again when it goes', () => {
  const before = policy({
    queues: [
      { name: 'law', skills: ['law'] },
      { name: 'tax', skills: [] },
    ],
    rules: [
      { ...RULE, where: { topic: 'law' }, queue: 'law' },
      { ...RULE, where: { topic: 'tax' }, queue: 'tax' },
    ],
    stages: [{ name: 'First', annotations: null, queue: 'law', next: [] }],
  });
  const renamed = renameQueue(before, 0, 'courts');
  expect(renamed.queues[0]).toEqual({ name: 'courts', skills: ['law'] });
  expect(renamed.rules.map(({ queue }) => queue)).toEqual(['courts', 'tax']);
  expect(renamed.stages[0]?.queue).toBe('courts');
  const gone = removeQueue(before, 0);
  expect(gone.queues.map(({ name }) => name)).toEqual(['tax']);
  expect(gone.rules.map(({ queue }) => queue)).toEqual([null, 'tax']);
  expect(gone.stages[0]?.queue).toBe('');
});

test('naming a new queue leaves the stages of the open queue where they are', () => {
  const before = policy({
    queues: [{ name: '', skills: [] }],
    stages: [{ name: 'First', annotations: null, queue: '', next: [] }],
  });
  expect(renameQueue(before, 0, 'n').stages[0]?.queue).toBe('');
});

test('a new stage is reached, has a name of its own, and goes with its steps', () => {
  const two = addStage(addStage(policy()));
  expect(two.stages.map(({ name, annotations }) => [name, annotations])).toEqual([
    ['First look', null],
    ['Stage 2', 1],
  ]);
  expect(two.stages[0]?.next).toEqual([{ to: 'Stage 2', when: ANY }]);
  const named = renameStage(two, 1, 'Stage 3');
  expect(named.stages[0]?.next[0]?.to).toBe('Stage 3');
  expect(addStage(named).stages[2]?.name).toBe('Stage 4');
  const first = removeStage(two, 0);
  expect(first.stages).toEqual([{ name: 'Stage 2', annotations: null, queue: '', next: [] }]);
  expect(removeStage(two, 1).stages[0]?.next).toEqual([]);
});

test('moving past an end changes nothing', () => {
  expect(moved(['a', 'b'], 0, 1)).toEqual(['b', 'a']);
  expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
});
