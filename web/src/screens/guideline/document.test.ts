import { expect, test } from 'vitest';
import type { GuidelineDocument } from '../../api/lead/guideline';
import { finished, nextId, replaced, without } from './document';

const guideline: GuidelineDocument = {
  statement: 's',
  labels: [{ control: 'c', label: 'A', definition: '', positive: ['x', ' '], negative: [''] }],
  rules: [
    { id: 'R2', text: 'two' },
    { id: 'R9', text: '' },
    { id: 'tone', text: 'x' },
  ],
  edge_cases: [{ id: 'E1', case: '', decision: '' }],
  constraints: '',
  escalation: '',
};

test('a new id is above all that were used', () => {
  expect(nextId(guideline, 'R')).toBe('R10');
  expect(nextId(guideline, 'E')).toBe('E2');
  expect(nextId({ ...guideline, rules: [], edge_cases: [] }, 'R')).toBe('R1');
});

test('what was only begun is not sent', () => {
  const sent = finished(guideline);
  expect(sent.labels[0]).toMatchObject({ positive: ['x'], negative: [] });
  expect(sent.rules.map(({ id }) => id)).toEqual(['R2', 'tone']);
  expect(sent.edge_cases).toEqual([]);
});

test('lists keep their order', () => {
  expect(replaced(['a', 'b', 'c'], 1, 'x')).toEqual(['a', 'x', 'c']);
  expect(without(['a', 'b', 'c'], 1)).toEqual(['a', 'c']);
});
