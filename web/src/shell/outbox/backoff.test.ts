import { expect, test } from 'vitest';
import { backoffSeconds } from './backoff';

test('doubles from one second up to a minute', () => {
  const waits = [1, 2, 3, 4, 7, 20].map((tries) => backoffSeconds(tries, null, () => 1));
  expect(waits).toEqual([1, 2, 4, 8, 60, 60]);
});

test('takes a random half away, never more', () => {
  expect(backoffSeconds(3, null, () => 0)).toBe(2);
});

test('a longer wish of the server wins, a shorter one does not', () => {
  expect(backoffSeconds(1, 30, () => 1)).toBe(30);
  expect(backoffSeconds(7, 5, () => 1)).toBe(60);
});
