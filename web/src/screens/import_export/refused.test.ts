import { expect, test } from 'vitest';
import { groupRefused, lineRanges } from './refused';

test('the same reason is said once, with its lines, the most frequent first', () => {
  const rows = [
    { line: 9, field: 'text', reason: 'text is missing.' },
    { line: 3, field: 'text', reason: 'Half a character at position 118.' },
    { line: 4, field: 'text', reason: 'Half a character at position 7.' },
    { line: 5, field: 'id', reason: 'text is missing.' },
  ];
  expect(groupRefused(rows)).toEqual([
    { field: 'text', reason: 'Half a character at position 118.', lines: [3, 4] },
    { field: 'text', reason: 'text is missing.', lines: [9] },
    { field: 'id', reason: 'text is missing.', lines: [5] },
  ]);
});

test('lines as ranges, and not more of them than can be read', () => {
  expect(lineRanges([5, 3, 4, 9])).toBe('3–5, 9');
  expect(lineRanges([1200])).toBe('1,200');
  expect(lineRanges([1, 3, 5, 6, 7, 9], 2)).toBe('1, 3 and 4 more');
  expect(lineRanges([])).toBe('');
});
