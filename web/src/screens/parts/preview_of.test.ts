import { expect, test } from 'vitest';
import { previewOf } from './preview_of';

test('the first text, in one line', () => {
  expect(previewOf({ id: 7, text: ' two\n lines ' })).toBe('two lines');
  expect(previewOf({ score: 1 })).toBe('{"score":1}');
});

test('a long text is cut, but never through a character', () => {
  expect(previewOf({ text: 'a'.repeat(300) })).toBe(`${'a'.repeat(240)}…`);
  expect(previewOf({ text: `${'a'.repeat(239)}😀 and more` })).toBe(`${'a'.repeat(239)}…`);
});
