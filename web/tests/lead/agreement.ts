import type { View } from '../../src/api/server';

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
