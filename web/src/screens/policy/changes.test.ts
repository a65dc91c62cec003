import { expect, test } from 'vitest';
import { POLICY } from '../../../tests/lead/project';
import type { Policy } from '../../api/lead/quality';
import { policyChanges } from './changes';

const before: Policy = POLICY.document;
const rule = (topic: string, annotations_per_task: number | null = null) => ({
  where: { topic },
  annotations_per_task,
  overlap_share: null,
  priority: null,
  queue: null,
});

const said = (after: Partial<Policy>, from: Partial<Policy> = {}) =>
  policyChanges({ ...before, ...from }, { ...before, ...after }).map((one) => [
    one.field,
    one.before,
    one.after,
  ]);

test('nothing differs from itself', () => {
  expect(policyChanges(before, structuredClone(before))).toEqual([]);
});

test('numbers, shares, times and limits are said in words', () => {
  expect(
    said({
      annotations_per_task: 5,
      overlap_share: 0.35,
      lease_seconds: 90,
      most_per_person: 1200,
      adaptive: { confidence: 0.995, most: 7, audit_share: 0.1 },
    }),
  ).toEqual([
    ['annotations_per_task', ['3'], ['5']],
    ['overlap_share', ['20 %'], ['35 %']],
    ['adaptive', ['no'], ['until 99.5 %, at most 7, checked on 10 %']],
    ['lease_seconds', ['30 min'], ['1 min 30 s']],
    ['most_per_person', ['no limit'], ['1,200']],
  ]);
});

test('of a list, only the lines that are gone or new', () => {
  expect(
    said({ rules: [rule('law', 5), rule('tax')] }, { rules: [rule('law'), rule('tax')] }),
  ).toEqual([['rules', ['topic is law → as elsewhere'], ['topic is law → 5 annotations']]]);
});

test('the order of rules is a difference too', () => {
  expect(
    said({ rules: [rule('tax'), rule('law')] }, { rules: [rule('law'), rule('tax')] }),
  ).toEqual([['rules', [], ['in another order']]]);
});

test('a reason that is not named goes to others: naming it so is no difference', () => {
  expect(said({ skips: { unclear: 'others' } })).toEqual([]);
  expect(said({ skips: { unclear: 'out' } })).toEqual([
    [
      'skips',
      ['I can’t decide from the guideline: To others'],
      ['I can’t decide from the guideline: Out of the queue'],
    ],
  ]);
});
