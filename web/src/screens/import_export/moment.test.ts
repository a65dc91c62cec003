import { expect, test } from 'vitest';
import { asOf } from './MomentPart';

const wanted = {
  format: 'jsonl',
  only: 'all',
  raw: false,
  state: 'done',
  disagreeing: true,
  label: 'Good',
} as const;

test('a moment takes the place of what is only known for now', () => {
  expect(asOf(wanted, '2026-11-02T09:00')).toEqual({
    ...wanted,
    as_of: new Date(2026, 10, 2, 9).toISOString(),
    state: null,
    disagreeing: false,
  });
  expect(asOf({ ...wanted, as_of: '2026-11-02T09:00:00Z' }, '')).toEqual({
    ...wanted,
    as_of: null,
  });
});
