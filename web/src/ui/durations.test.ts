import { expect, test } from 'vitest';
import { byteSize, dayName, duration, shortMoment } from './durations';

test('durations in the two largest units', () => {
  expect([8.4, 60, 95, 3600, 3720, 90000, 86400].map(duration)).toEqual([
    '8 s',
    '1 min',
    '1 min 35 s',
    '1 h',
    '1 h 2 min',
    '1 d 1 h',
    '1 d',
  ]);
});

test('sizes never show a thousand of a smaller unit', () => {
  expect([0, 999, 1234, 9960, 999_700, 314_572_800].map(byteSize)).toEqual([
    '0 bytes',
    '999 bytes',
    '1.2 kB',
    '10 kB',
    '1.0 MB',
    '315 MB',
  ]);
});

test('a day without time keeps its date in every time zone', () => {
  expect(dayName('2026-11-22')).toBe('22 Nov');
});

test('the year is only said when it is another one', () => {
  const now = new Date(2026, 10, 22);
  expect(shortMoment(new Date(2026, 10, 21, 9, 5).toISOString(), now)).toBe('21 Nov, 09:05');
  expect(shortMoment(new Date(2025, 10, 21, 9, 5).toISOString(), now)).toBe('21 Nov 2025, 09:05');
});
