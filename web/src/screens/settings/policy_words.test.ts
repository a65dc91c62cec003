import { expect, test } from 'vitest';
import { policySentence, policyWarning } from './policy_words';

const policy = (annotations_per_task: number, overlap_share: number) => ({
  annotations_per_task,
  overlap_share,
});

test('says the numbers of a project', () => {
  expect(policySentence(policy(3, 0.2), 1000)).toBe(
    'The 1,000 tasks: about 200 drawn at random get 3 annotations from different people, the others one. That is about 1,400 annotations. Agreement is measured on the shared ones.',
  );
  expect(policySentence(policy(2, 1), 50)).toContain('100 annotations');
});

test('without tasks it takes a thousand as an example', () => {
  expect(policySentence(policy(3, 1), 0)).toContain(
    'For every 1,000 tasks, people give 3,000 annotations',
  );
});

test('one annotation a task cannot measure agreement, and it says so', () => {
  expect(policySentence(policy(1, 1), 10)).toContain('Agreement cannot be measured');
  expect(policySentence(policy(1, 0.2), 0)).toContain('Agreement cannot be measured');
});

test('warns of too few shared tasks, but not when all of them are shared', () => {
  expect(policyWarning(policy(3, 0.02), 1000)).toContain('About 20 shared tasks');
  expect(policyWarning(policy(3, 0.2), 1000)).toBeNull();
  expect(policyWarning(policy(3, 1), 10)).toBeNull();
  expect(policyWarning(policy(1, 0.02), 1000)).toBeNull();
  expect(policySentence(policy(3, 0.0001), 100)).toContain('hardly any');
});
