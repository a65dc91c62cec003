import { expect, test } from 'vitest';
import { PREVIEW } from '../../../tests/lead/queue';
import { POLICY } from '../../../tests/lead/project';
import { ANY } from './edit';
import { effectRows, effectSentence, hasRange, rangeText } from './effect_words';
import { incompleteIn } from './incomplete';
import { fieldOf, marksAt, placeOf, type Mark } from './marks';
import { readScalar, writeScalar } from './scalars';
import { conditionSentence, queueSentence, ruleSentence, stageText } from './sentences';

test('a value of a rule is a number, yes or no, or a text, and is written as it would be typed', () => {
  expect(['5', '-2.50', 'true', '"5"', ' law ', '"true"', ''].map(readScalar)).toEqual([
    5,
    -2.5,
    true,
    '5',
    'law',
    'true',
    '',
  ]);
  const values = [5, -2.5, true, false, '5', 'true', 'law', '"quoted"', ' spaced '];
  expect(values.map(writeScalar).map(readScalar)).toEqual(values);
  expect(writeScalar('5')).toBe('"5"');
});

test('rules, queues and stages in words', () => {
  const rule = { annotations_per_task: 5, overlap_share: 0.5, priority: 2, queue: 'experts' };
  expect(ruleSentence({ where: { topic: ['law', 'tax'], n: '5' }, ...rule })).toBe(
    'topic is law or tax and n is "5" → 5 annotations, on 50 %, priority +2, queue experts',
  );
  expect(queueSentence({ name: 'law', skills: ['law', 'French'] })).toBe(
    'law: needs law and French',
  );
  expect(conditionSentence(ANY)).toBe('always');
  const when = { label: ['A', 'B'], agreement_below: 0.7, confidence_below: null, share: 0.5 };
  expect(conditionSentence(when)).toBe(
    'the majority is A or B and agreement is below 0.7, a random 50 %',
  );
  expect(
    stageText({ name: 'First', annotations: null, queue: '', next: [{ to: 'Last', when: ANY }] }),
  ).toBe('First: as often as the policy says, the open queue; always → Last');
});

test('a range is one number when nothing depends on the answers', () => {
  expect(rangeText({ least: 1200, most: 1200 })).toBe('1,200');
  expect(rangeText({ least: 1, most: 2000 })).toBe('1 to 2,000');
  expect(hasRange(PREVIEW)).toBe(true);
  expect(effectSentence(PREVIEW)).toBe('Annotations to come: 1,204 → 1,204 to 1,800');
});

test('a line that neither side can say anything about is left out', () => {
  expect(effectRows(PREVIEW).map(({ id }) => id)).toEqual([
    'annotations',
    'open_tasks',
    'per_person',
  ]);
  const priced = { ...PREVIEW, then: { ...PREVIEW.then, cost: [120.4, 180] } };
  expect(effectRows(priced).find(({ id }) => id === 'cost')).toMatchObject({
    now: 'no price said',
    then: '120.40 to 180.00',
  });
});

test('a field is found under every name that the server gives it', () => {
  expect(
    [
      'policy.rules[0].where.topic',
      'body.document.stages.1.next.0.to',
      'document.adaptive.most',
      'policy',
    ].map(fieldOf),
  ).toEqual(['rules[0].where.topic', 'stages[1].next[0].to', 'adaptive.most', '']);
  expect(placeOf('rules[0].where')).toBe('rules');
  expect(placeOf('annotations_per_task')).toBe('overlap');
  expect(placeOf('')).toBeNull();
});

test('every setting has its place on the page', () => {
  expect(Object.keys(POLICY.document).filter((field) => placeOf(field) === null)).toEqual([]);
});

test('marks of a setting are those in it, not those of a longer name', () => {
  const marks: Mark[] = ['stages', 'stages[1].next', 'stages[10].name', 'most_per_person'].map(
    (field) => ({ field, message: '', tone: 'warn' }),
  );
  const fields = (path: string, exact = false) =>
    marksAt(marks, path, exact).map(({ field }) => field);
  expect(fields('stages[1]')).toEqual(['stages[1].next']);
  expect(fields('stages', true)).toEqual(['stages']);
  expect(fields('most_per_person_per_day')).toEqual([]);
});

test('half a setting is said at its field', () => {
  const rest = { annotations_per_task: 2, overlap_share: null, priority: null, queue: null };
  expect(
    incompleteIn({
      ...POLICY.document,
      rules: [
        { where: {}, ...rest },
        { where: { topic: [], lang: 'fr' }, ...rest },
      ],
      queues: [
        { name: ' ', skills: [] },
        { name: 'law', skills: ['a@b'] },
      ],
    }).map(({ field }) => field),
  ).toEqual(['rules[0].where', 'rules[1].where.topic', 'queues[0].name', 'queues[1].skills']);
  expect(incompleteIn(POLICY.document)).toEqual([]);
});
