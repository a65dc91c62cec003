import { expect, test } from 'vitest';
import type { Template } from '../../api/lead/projects';
import {
  DEFAULT_POLICY,
  emptyForm,
  guidelineFor,
  labelConfigOf,
  newProject,
  startingFrom,
} from './new_project';
import { labelsOf } from '../parts/labels_of';
import { STARTER } from './new_words';

const template = {
  id: 'sentiment',
  label_config: '<View/>',
  guideline: {
    statement: 'How?',
    labels: [
      { control: 's', label: 'Positive', definition: 'good', positive: [], negative: [] },
      { control: 's', label: 'Gone', definition: 'x', positive: [], negative: [] },
    ],
    rules: [{ id: 'R1', text: 'x' }],
    edge_cases: [],
    constraints: '',
    escalation: '',
  },
} as unknown as Template;
const controls = [
  { name: 's', choices: [{ value: 'Positive' }, { value: 'Other', children: [{ value: 'In' }] }] },
];

test('the labels are those that can be answered', () => {
  expect(labelsOf(controls)).toEqual([
    { control: 's', label: 'Positive' },
    { control: 's', label: 'In' },
  ]);
});

test('the template’s guideline is kept only for labels that exist', () => {
  const guideline = guidelineFor(template, controls);
  expect(guideline?.labels.map(({ label }) => label)).toEqual(['Positive']);
  expect(guideline?.rules).toHaveLength(1);
  expect(guidelineFor(undefined, controls)).toBeNull();
});

test('another starting point keeps the title and drops the changed label config', () => {
  const form = { ...emptyForm('sentiment'), title: 'Mine', labelConfig: '<changed/>' };
  expect(labelConfigOf(form, template)).toBe('<changed/>');
  const next = startingFrom(form, '');
  expect(next.title).toBe('Mine');
  expect(labelConfigOf(next, undefined)).toBe(STARTER);
});

test('the request has everything and no spaces around the title', () => {
  const form = { ...emptyForm('sentiment'), title: '  Mine ' };
  const body = newProject(form, template, null, DEFAULT_POLICY);
  expect(body).toMatchObject({
    title: 'Mine',
    label_config: '<View/>',
    policy: { annotations_per_task: 2, agreement_target: 0.7 },
  });
});
