import { expect, test } from 'vitest';
import { policySentence, policyWarning } from './overlap_words';

const policy = (annotations_per_task: number, overlap_share: number) => ({
  annotations_per_task,
  overlap_share,
});

test('says what a policy costs, and on what agreement is measured', () => {
  expect(policySentence(policy(3, 0.2))).toBe(
    'For every 1,000 tasks, people give about 1,400 annotations: 3 from different people to about 200 tasks drawn at random, one to each of the others. Agreement is measured on the shared ones.',
  );
  expect(policySentence(policy(2, 1))).toContain('2,000 annotations: 2 to each task');
});

test('one annotation a task cannot measure agreement, and it says so', () => {
  expect(policySentence(policy(1, 1))).toContain('Agreement cannot be measured');
  expect(policySentence(policy(1, 0.2))).toContain('Agreement cannot be measured');
});

test('warns of too few shared tasks', () => {
  expect(policyWarning(policy(3, 0.02))).toContain('With 2 % shared');
  expect(policyWarning(policy(3, 0.2))).toBeNull();
  expect(policyWarning(policy(3, 1))).toBeNull();
  expect(policyWarning(policy(1, 0.02))).toBeNull();
});
