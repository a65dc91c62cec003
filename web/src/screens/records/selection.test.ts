import { expect, test } from 'vitest';
import { EMPTY, labelKey, newId, numbersIn, selectionOf } from './selection';

test('an empty form selects nothing', () => {
  expect(selectionOf(EMPTY)).toBeNull();
  expect(selectionOf({ ...EMPTY, tasks: ' , ' })).toBeNull();
});

test('what is typed is asked, and nothing else', () => {
  expect(
    selectionOf({
      ...EMPTY,
      annotators: ['ada'],
      label: labelKey('tone', 'Very good'),
      guidelineVersion: '3',
      tasks: '12, 15 and #20',
    }),
  ).toEqual({
    annotators: ['ada'],
    control: 'tone',
    label: 'Very good',
    guideline_versions: [3],
    task_ids: [12, 15, 20],
  });
});

test('a moment is that of the reader', () => {
  const typed = '2026-11-02T14:00';
  expect(selectionOf({ ...EMPTY, since: typed })).toEqual({
    since: new Date(typed).toISOString(),
  });
});

test('numbers are found in any text', () => {
  expect(numbersIn('1 2,3;  four')).toEqual([1, 2, 3]);
});

test('an id is what the server takes for one', () => {
  expect(newId()).toMatch(/^[a-z2-7]{26}$/);
  expect(newId()).not.toBe(newId());
});
