import { expect, test } from 'vitest';
import { lastDays, niceTop } from './day_bars';

test('days without work are there with 0', () => {
  const days = [
    { day: '2026-11-19', count: 4 },
    { day: '2026-11-21', count: 9 },
  ];
  expect(lastDays(days, '2026-11-22', 4)).toEqual([
    { day: '2026-11-19', count: 4 },
    { day: '2026-11-20', count: 0 },
    { day: '2026-11-21', count: 9 },
    { day: '2026-11-22', count: 0 },
  ]);
});

test('a server ahead of this clock loses no day', () => {
  const days = lastDays([{ day: '2026-11-23', count: 1 }], '2026-11-22', 2);
  expect(days.map(({ day }) => day)).toEqual(['2026-11-22', '2026-11-23']);
});

test('the months have their lengths', () => {
  expect(lastDays([], '2026-03-01', 2)[0]?.day).toBe('2026-02-28');
});

test('the axis ends at a round number', () => {
  expect([[], [0], [7], [10], [37], [1240]].map(niceTop)).toEqual([1, 1, 10, 10, 50, 2000]);
});
