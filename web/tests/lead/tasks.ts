import type { View } from '../../src/api/server';

export const person = (id: string, name: string): View['PersonView'] => ({
  id,
  name,
  email: `${id}@example.org`,
});

export const taskRow = (id: number, text: string): View['TaskRow'] => ({
  id,
  key: `k${id}`,
  data: { text },
  state: 'done',
  target: 2,
  annotation_count: 2,
  disagreement: 1,
  majority: [{ control: 'sentiment', label: null, share: 0.5, tied: ['Positive', 'Neutral'] }],
  counts: [
    { control: 'sentiment', label: 'Positive', count: 1 },
    { control: 'sentiment', label: 'Neutral', count: 1 },
  ],
});

const annotation = (id: string, name: string, label: string): View['AnnotationView'] => ({
  id,
  annotator: person(name.toLowerCase(), name),
  result: [],
  answers: { sentiment: [label] },
  confidence: 0.8,
  seconds: 12,
  created_at: '2026-11-21T13:00:00Z',
  made_at: null,
  source: 'web',
  counted: true,
  in_force: true,
  supersedes: null,
  label_config_version: 1,
  guideline_version: 2,
  policy_version: 1,
});

export const FLAG: View['TaskFlag'] = {
  id: 'f1',
  task_id: 7,
  person: person('ada', 'Ada'),
  note: 'Is a hope praise? <b>R4</b>',
  rule: 'R4',
  guideline_version: 2,
  created_at: '2026-11-21T13:00:00Z',
};

export const TASK: View['TaskView'] = {
  ...taskRow(7, 'I hope it holds.'),
  created_at: '2026-11-01T09:00:00Z',
  line: 7,
  annotations: [
    { ...annotation('x1', 'Ada', 'Negative'), in_force: false },
    { ...annotation('x2', 'Ada', 'Positive'), supersedes: 'x1' },
    annotation('x3', 'Ben', 'Neutral'),
  ],
  flags: [FLAG],
  skips: [
    {
      person: person('cem', 'Cem'),
      reason: 'unclear',
      note: 'Two readings.',
      created_at: '2026-11-21T13:00:00Z',
    },
  ],
  being_labeled_by: [],
};
