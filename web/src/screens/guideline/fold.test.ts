import { expect, test } from 'vitest';
import type { ChangedLine } from './diff';
import { fold } from './fold';

const lines = (text: string): ChangedLine[] =>
  text.split(/(?:)/).map((letter) => ({ kind: letter === '+' ? 'new' : 'same', text: letter }));
const shape = (text: string) =>
  fold(lines(text)).map(({ kind, lines: own }) => `${kind} ${own.length}`);

test('changes keep a line around them, the rest is folded', () => {
  expect(shape('aaaaa+aaaa')).toEqual(['folded 4', 'lines 3', 'folded 3']);
});

test('one line is not worth folding', () => {
  expect(shape('aa+')).toEqual(['lines 1', 'lines 2']);
});

test('nothing changed, nothing there', () => {
  expect(shape('aaa')).toEqual(['folded 3']);
  expect(fold([])).toEqual([]);
});
