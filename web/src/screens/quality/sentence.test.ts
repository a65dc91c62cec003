import { expect, test } from 'vitest';
import type { Agreement } from '../../api/lead/quality';
import { firstSentence, labelSentence, listed } from './sentence';

const label = (name: string, low: number | null, high: number | null) => ({
  label: name,
  alpha: { value: low === null ? null : (low + (high ?? low)) / 2, low, high },
});
const sentence = (...labels: ReturnType<typeof label>[]) =>
  labelSentence({ by_label: labels } as unknown as Agreement, 0.6);

test('says on which labels people agree, and on which not', () => {
  expect(
    sentence(
      label('Negative', 0.64, 0.79),
      label('Neutral', 0.32, 0.53),
      label('Positive', 0.67, 0.79),
    ),
  ).toBe(
    'People agree on Negative and Positive. On Neutral they do not: it is read in different ways.',
  );
  expect(sentence(label('A', 0.1, 0.2), label('B', 0.1, 0.3))).toBe(
    'People do not agree on A and B: they are read in different ways.',
  );
});

test('an interval around the warning level is open, and said so', () => {
  expect(sentence(label('A', 0.7, 0.8), label('B', 0.5, 0.8))).toBe(
    'People agree on A. For B it can’t be told yet.',
  );
  expect(sentence(label('A', 0.5, 0.8))).toContain('too few shared tasks');
});

test('agreement on everything is short', () => {
  expect(sentence(label('Yes', 0.7, 0.8), label('No', 0.6, 0.8))).toBe(
    'People agree on both labels.',
  );
  expect(sentence(label('A', 0.7, 0.8), label('B', 0.6, 0.8), label('C', 0.9, 1))).toBe(
    'People agree on every label.',
  );
});

test('nothing to compare is no sentence; many names are counted', () => {
  expect(sentence(label('A', null, null))).toBeNull();
  const many = Array.from({ length: 7 }, (_, n) => label(`L${n}`, 0.1, 0.2));
  expect(sentence(label('A', 0.7, 0.8), ...many)).toContain('On 7 labels they do not');
  expect(listed(['A'])).toBe('A');
});

test('the first sentence is kind where there is nothing to measure', () => {
  const nothing = { n_annotations: 0, by_label: [], metrics: [], summary: 'x' };
  expect(firstSentence(nothing as unknown as Agreement, 0.6)).toBe('Nothing is labeled yet.');
  const single = {
    n_annotations: 9,
    by_label: [],
    metrics: [{ value: null, reason: 'No task has two annotations.' }],
    summary: 'x',
  };
  expect(firstSentence(single as unknown as Agreement, 0.6)).toBe(
    'How far people agree can’t be told yet. No task has two annotations.',
  );
});
