import { expect, test } from 'vitest';
import type { Annotation } from '../../api/lead/tasks';
import { inReadingOrder, labelsIn, majoritySentence, outOfForce } from './consensus';

const majority = (label: string | null, tied: string[] = []) => ({
  control: 's',
  label,
  share: null,
  tied,
});
const counts = [
  { control: 's', label: 'A', count: 2 },
  { control: 's', label: 'B', count: 1 },
];
const annotation = (id: string, name: string, more: Partial<Annotation> = {}) =>
  ({
    id,
    annotator: { id: name, name, email: null },
    counted: true,
    in_force: true,
    supersedes: null,
    created_at: id,
    ...more,
  }) as Annotation;

test('the majority with its numbers; a tie has none and says so', () => {
  expect(majoritySentence(majority('A'), { counts }, 3, false)).toBe('Majority: A, 2 of 3.');
  expect(majoritySentence(majority(null, ['A', 'B', 'C']), { counts }, 3, false)).toBe(
    'No majority: A, B and C are tied. A tie has no majority.',
  );
  expect(majoritySentence(majority(null), { counts }, 0, false)).toBe('No annotation yet.');
});

test('with several labels at once, each needs more than half', () => {
  expect(majoritySentence(majority('A, B'), { counts }, 3, true)).toContain('more than half');
  expect(majoritySentence(majority(null, ['A']), { counts }, 2, true)).toContain('exactly half');
  expect(majoritySentence(majority(null), { counts }, 3, true)).toContain('No label');
});

test('says why an annotation does not count', () => {
  const first = annotation('1', 'Ada', { in_force: false });
  const second = annotation('2', 'Ada', { supersedes: '1' });
  const late = annotation('3', 'Ben', { counted: false, in_force: false });
  const aside = annotation('4', 'Cleo', { in_force: false });
  const all = [first, second, late, aside];
  expect(all.map((one) => outOfForce(one, all))).toEqual([
    'Replaced by a later answer',
    null,
    'Came too late to count',
    'Set aside',
  ]);
});

test('those in force stand first, by name', () => {
  const all = [
    annotation('1', 'Cem'),
    annotation('2', 'Ada', { in_force: false }),
    annotation('3', 'Ben'),
  ];
  expect(inReadingOrder(all).map(({ id }) => id)).toEqual(['3', '1', '2']);
});

test('answers that are no labels are shown as they are', () => {
  expect(labelsIn({ a: ['x', 'y'], b: { start: 1 }, c: 'text', d: [[1, 2]] })).toEqual([
    { control: 'a', labels: ['x', 'y'] },
    { control: 'b', labels: ['{"start":1}'] },
    { control: 'c', labels: ['text'] },
    { control: 'd', labels: ['[1,2]'] },
  ]);
});
