import type { View } from '../src/api/server';
import type { Role } from '../src/api/types';
import { SESSION, type Answers } from './app';

/** What a server says about one small project: two people, three labels, one disagreement. */

export const PROJECT: View['ProjectView'] = {
  id: 'prj_1',
  title: 'Product reviews',
  description: 'What do writers say?',
  notice: 'Demo: the ratings are anonymous.',
  state: 'open',
  label_config_version: 1,
  guideline_version: 2,
  policy_version: 1,
  task_count: 1240,
  done_count: 310,
  annotation_count: 620,
  annotator_count: 2,
  can_annotate: true,
  created_at: '2026-11-01T09:00:00Z',
};

const POLICY: View['PolicyView'] = {
  version: 1,
  document: {
    annotations_per_task: 3,
    overlap_share: 0.2,
    order: 'random',
    lease_seconds: 1800,
    undo_seconds: 900,
    ask_confidence: true,
    agreement_target: 0.7,
    agreement_warning: 0.6,
  },
  note: '',
  created_at: '2026-11-01T09:00:00Z',
  created_by: null,
};

export const CONTROL: View['ControlView'] = {
  name: 'sentiment',
  to_name: ['text'],
  type: 'choices',
  multiple: false,
  required: true,
  required_message: null,
  choices: ['Positive', 'Neutral', 'Negative'].map((value) => ({
    value,
    label: value,
    hotkey: null,
    hint: null,
    background: null,
    children: [],
  })),
};

const XML = '<View>\n  <Text name="text" value="$text"/>\n</View>';

const LABEL_CONFIG: View['LabelConfigView'] = {
  version: 1,
  label_config: XML,
  outline: { tag: 'View', name: null, attrs: {}, value: null, children: [] },
  controls: [CONTROL],
  data_keys: ['text'],
  problems: [],
  created_at: '2026-11-01T09:00:00Z',
} as unknown as View['LabelConfigView'];

export const estimate = (value: number | null, half = 0.05): View['EstimateView'] => ({
  value,
  low: value === null ? null : value - half,
  high: value === null ? null : value + half,
  reason: value === null ? 'They have no task in common.' : null,
  interval_reason: null,
  n_tasks: value === null ? 0 : 62,
});

const metric = (id: string, title: string, value: number | null, verdict: string) => ({
  ...estimate(value),
  id,
  title,
  level: 0.95,
  interval_method: null,
  n_annotations: 124,
  n_annotators: 2,
  reason: value === null ? 'Only one label was used, so chance cannot be corrected for.' : null,
  verdict,
  sentence: 'Can’t tell yet: about 40 more shared tasks would settle it.',
  reference: 'Krippendorff 2018',
  left_out: [
    {
      reason: 'only one annotation',
      n_tasks: 248,
      n_annotations: 248,
      n_annotators: 0,
      n_pairs: 0,
      n_labels: 0,
    },
  ],
});

export const AGREEMENT: View['AgreementView'] = {
  control: 'sentiment',
  controls: ['sentiment', 'topic'],
  computed_at: '2026-11-22T13:00:00Z',
  annotators: { a: 'Ada', b: 'Ben', c: 'Cem' },
  n_tasks: 310,
  n_annotations: 620,
  n_annotators: 3,
  summary: 'Krippendorff’s alpha is 0.66.',
  metrics: [
    metric('krippendorff_alpha', 'Krippendorff’s alpha', 0.66, 'cannot tell yet'),
    metric('percent_agreement', 'Percent agreement', 0.79, 'acceptable'),
    metric('fleiss_kappa', 'Fleiss’ kappa', null, 'undefined'),
  ],
  pairs: [
    { a: 'a', b: 'b', n_tasks: 62, kappa: estimate(0.51), percent: estimate(0.7) },
    { a: 'a', b: 'c', n_tasks: 0, kappa: estimate(null), percent: estimate(null) },
    { a: 'b', b: 'c', n_tasks: 62, kappa: estimate(0.74), percent: estimate(0.8) },
  ],
  by_label: [
    {
      label: 'Positive',
      share: 0.5,
      n_tasks: 62,
      n_annotations: 60,
      specific_agreement: estimate(0.86),
      alpha: estimate(0.74),
    },
    {
      label: 'Neutral',
      share: 0.2,
      n_tasks: 62,
      n_annotations: 24,
      specific_agreement: estimate(0.5),
      alpha: estimate(0.4),
    },
  ],
  by_annotator: ['b', 'a'].map((annotator) => ({
    annotator,
    n_tasks: 62,
    n_annotations: 62,
    percent_with_others: estimate(0.8),
    alpha_without: estimate(0.6),
    label_shares: { Positive: 0.6, Neutral: 0.4 },
  })),
  left_out: [],
  label_config_version: 1,
  guideline_versions: [1, 2],
};

const person = (id: string, name: string): View['PersonView'] => ({
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

const FLAG: View['TaskFlag'] = {
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

export const GUIDELINE: View['GuidelineView'] = {
  version: 2,
  document: {
    statement: 'How does the writer judge?',
    labels: [
      {
        control: 'sentiment',
        label: 'Neutral',
        definition: 'No judgment.',
        positive: ['A fact.'],
        negative: [],
      },
    ],
    rules: [{ id: 'R1', text: 'Judge the subject.' }],
    edge_cases: [{ id: 'E1', case: 'Sarcasm', decision: 'What is meant.' }],
    constraints: 'One answer.',
    escalation: 'Flag it.',
  },
  note: 'Hopes decided',
  created_at: '2026-11-20T09:00:00Z',
  created_by: 'Mira Okafor',
  gaps: [{ field: 'labels[0].negative', message: 'Neutral has no negative example.' }],
};

const JOB: View['JobView'] = {
  id: 'j1',
  kind: 'import',
  state: 'failed',
  step: 'failed',
  progress: 10,
  total: 10,
  outcome: { rows: 60, tasks: 0, annotations: 0, refused: 2 },
  problem: { detail: '2 of 60 rows cannot be imported.', action: 'Correct the rows.' },
  arguments: { filename: 'shop.csv', format: 'csv', mode: 'all_or_nothing' },
  created_at: '2026-11-21T13:00:00Z',
  finished_at: '2026-11-21T13:00:01Z',
};

const FORMATS: View['FormatView'][] = [
  {
    id: 'jsonl',
    title: 'JSON Lines',
    extension: 'jsonl',
    reads: true,
    writes: true,
    lossless: true,
    drops: [],
  },
  {
    id: 'csv',
    title: 'CSV',
    extension: 'csv',
    reads: true,
    writes: true,
    lossless: false,
    drops: ['Of a task: its target.'],
  },
];

const member = (id: string, name: string, role: Role, active = true): View['MemberView'] => ({
  ...person(id, name),
  role,
  active,
  can_sign_in: true,
  project_count: 1,
  annotation_count: 250,
  created_at: '2026-11-01T09:00:00Z',
});

const TEMPLATE = {
  id: 'sentiment',
  title: 'Sentiment',
  description: 'Positive, neutral or negative.',
  label_config: XML,
  sample: { text: 'It works.' },
  guideline: GUIDELINE.document,
  controls: [CONTROL],
  outline: LABEL_CONFIG.outline,
};

const list = (items: unknown[]) => ({ items, next_cursor: null });

/** The answers to everything that the pages of leads ask. */
export function leadAnswers(role: Role, more: Answers = {}): Answers {
  const at = `/projects/${PROJECT.id}`;
  return {
    'GET /session': { ...SESSION, role, workspaces: [{ id: 'wsp_1', name: 'Demo', role }] },
    'GET /projects': list([PROJECT]),
    'GET /templates': { items: [TEMPLATE] },
    'POST /label-configs/check': { ...LABEL_CONFIG, sample: { text: 'An example.' } },
    'GET /formats': { items: FORMATS },
    'GET /people': list([
      member('per_1', 'Mira Okafor', 'owner'),
      member('ben', 'Ben', 'annotator', false),
    ]),
    'GET /invitations': {
      items: [
        {
          id: 'i1',
          role: 'lead',
          email: null,
          project_ids: [],
          created_at: '2026-11-20T09:00:00Z',
          expires_at: '2026-11-27T09:00:00Z',
          state: 'open',
        },
      ],
    },
    'GET /tokens': {
      items: [
        {
          id: 't1',
          name: 'nightly',
          scopes: ['read'],
          created_at: '2026-11-20T09:00:00Z',
          expires_at: null,
          last_used_at: null,
          state: 'open',
        },
      ],
    },
    [`GET ${at}`]: PROJECT,
    [`GET ${at}/progress`]: {
      task_count: 1240,
      done_count: 310,
      annotation_count: 620,
      annotations_to_come: 1204,
      disagreement_count: 12,
      flag_count: 3,
      days: [{ day: '2026-11-21', annotations: 600 }],
    },
    [`GET ${at}/policy`]: POLICY,
    [`GET ${at}/label-config`]: LABEL_CONFIG,
    [`GET ${at}/agreement`]: AGREEMENT,
    [`GET ${at}/guideline`]: GUIDELINE,
    [`GET ${at}/guideline/versions`]: {
      items: [GUIDELINE, { ...GUIDELINE, version: 1, note: '' }],
    },
    [`GET ${at}/guideline/versions/2`]: GUIDELINE,
    [`GET ${at}/guideline/versions/1`]: {
      ...GUIDELINE,
      version: 1,
      document: { ...GUIDELINE.document, rules: [{ id: 'R1', text: 'Judge the topic.' }] },
    },
    [`GET ${at}/flags`]: list([FLAG]),
    [`GET ${at}/seats`]: {
      items: [
        {
          person: person('ben', 'Ben'),
          role: 'annotator',
          active: true,
          submitted: 250,
          skipped: 2,
          flags: 1,
          median_seconds: 9.5,
        },
      ],
    },
    [`GET ${at}/tasks`]: {
      ...list([taskRow(7, 'I hope it holds.'), taskRow(8, '=1+1')]),
      total: 1240,
    },
    [`GET ${at}/tasks/7`]: TASK,
    [`GET ${at}/jobs`]: { items: [JOB] },
    [`GET ${at}/jobs/j1/refused`]: {
      ...list([{ line: 3, field: 'text', reason: 'text is missing' }]),
      total: 1,
    },
    ...more,
  };
}
