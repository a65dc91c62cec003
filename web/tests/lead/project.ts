import type { View } from '../../src/api/server';

/** One small project: two people, three labels. */
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

export const POLICY: View['PolicyView'] = {
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
    full_coverage: false,
    adaptive: null,
    rules: [],
    queues: [],
    stages: [],
    most_per_person: null,
    most_per_person_per_day: null,
    most_in_project: null,
    session_minutes: null,
    break_minutes: 10,
    break_required: false,
    skips: {},
    backup_called: false,
    price_per_annotation: null,
  },
  note: '',
  created_at: '2026-11-01T09:00:00Z',
  created_by: null,
  job: null,
};

export const CONTROL = {
  name: 'sentiment',
  to_name: ['text'],
  type: 'choices',
  multiple: false,
  required: true,
  required_message: null,
  choices: ['Positive', 'Neutral', 'Negative'].map((value) => ({
    value,
    label: value,
    alias: null,
    hotkey: null,
    hint: null,
    background: null,
    children: [],
  })),
} as unknown as View['ControlView'];

export const XML = '<View>\n  <Text name="text" value="$text"/>\n</View>';

export const LABEL_CONFIG: View['LabelConfigView'] = {
  version: 1,
  migration: null,
  label_config: XML,
  outline: { tag: 'View', name: null, attrs: {}, value: null, children: [] },
  controls: [CONTROL],
  data_keys: ['text'],
  problems: [],
  created_at: '2026-11-01T09:00:00Z',
};
