import { expect, test } from 'vitest';
import { pointRadius, spanOf } from './interval';

test('an estimate lies on the whole axis from 0 to 1', () => {
  expect(spanOf(0.72, 0.68, 0.76)).toEqual({
    at: 72,
    from: 68,
    to: 76,
    below: false,
    above: false,
  });
});

test('below chance is drawn at the end and marked', () => {
  const span = spanOf(-0.1, -0.3, 0.15);
  expect(span).toMatchObject({ at: 0, from: 0, below: true });
  expect(span.to).toBeCloseTo(15);
});

test('without an interval the span is the point', () => {
  expect(spanOf(0.5, null, null)).toEqual({ at: 50, from: 50, to: 50, below: false, above: false });
});

test('points grow with n by area, within what can be seen', () => {
  expect(pointRadius(0, 100)).toBe(2.5);
  expect(pointRadius(100, 100)).toBe(6);
  expect(pointRadius(25, 100)).toBe(4.25);
  expect(pointRadius(500, 100)).toBe(6);
  expect(pointRadius(5, 0)).toBe(2.5);
});
