import { expect, test } from 'vitest';
import type { Consensus } from '../../api/lead/consensus';
import { sentence } from './sentence';

const shown = (part: Partial<Consensus>) =>
  sentence({
    n_tasks: 5,
    n_decided: 5,
    n_undecided: 0,
    expected_wrong: null,
    ...part,
  } as Consensus);

test('it says how many answers there are, and how many may be wrong', () => {
  expect(shown({ n_decided: 1240, expected_wrong: 31.4 })).toBe(
    'One answer for each of 1,240 tasks; about 31 of them expected to be wrong.',
  );
  expect(shown({ expected_wrong: 0.2 })).toContain('hardly any of them');
});

test('a share of votes is not called a probability', () => {
  expect(shown({})).toContain('cannot say how many are wrong');
});

test('ties are said, and nothing is said of nothing', () => {
  expect(shown({ n_decided: 4, n_undecided: 1 })).toContain('1 task without one');
  expect(shown({ n_tasks: 0, n_decided: 0 })).toBe('No answers yet');
});
