import { expect, test } from 'vitest';
import { compare, compareLines } from './diff';

const marks = { same: ' ', gone: '-', new: '+' };
const drawn = (before: string, after: string) =>
  compare(before.split(/(?:)/), after.split(/(?:)/)).map(({ kind, value }) => marks[kind] + value);

test('keeps the longest common part; what is gone stands before what is new', () => {
  expect(drawn('abcd', 'axcd')).toEqual([' a', '-b', '+x', ' c', ' d']);
  expect(drawn('abcabba', 'cbabac').filter((step) => step.startsWith(' '))).toHaveLength(4);
});

test('the ends: nothing before, nothing after, nothing at all, everything equal', () => {
  expect(drawn('', 'ab')).toEqual(['+a', '+b']);
  expect(drawn('ab', '')).toEqual(['-a', '-b']);
  expect(drawn('', '')).toEqual([]);
  expect(drawn('ab', 'ab')).toEqual([' a', ' b']);
});

test('both lists can be read back from the steps', () => {
  let seed = 7;
  const letter = () => 'abc'[(seed = (seed * 1103515245 + 12345) % 2147483648) % 3] ?? 'a';
  for (let round = 0; round < 200; round += 1) {
    const before = Array.from({ length: round % 13 }, letter);
    const after = Array.from({ length: (round * 7) % 11 }, letter);
    const steps = compare(before, after);
    const side = (other: string) => steps.filter((s) => s.kind !== other).map((s) => s.value);
    expect(side('new')).toEqual(before);
    expect(side('gone')).toEqual(after);
  }
});

test('a reworded line is compared word by word, another line is not', () => {
  const before = ['R4 Only judgments of what did happen count.', 'Quite something else'];
  const after = ['R4 Only judgments of what happened count.', 'New line'];
  const [first, ...rest] = compareLines(before, after);
  expect(first).toMatchObject({ kind: 'reworded' });
  expect(rest).toEqual([
    { kind: 'gone', text: 'Quite something else' },
    { kind: 'new', text: 'New line' },
  ]);
});

test('a very long rewrite is shown as replaced rather than kept waiting for', () => {
  const before = Array.from({ length: 3000 }, (_, n) => `old ${n}`);
  const after = Array.from({ length: 3000 }, (_, n) => `new ${n}`);
  expect(compare(before, after)).toHaveLength(6000);
});
