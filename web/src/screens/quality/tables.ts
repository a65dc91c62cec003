import type { Agreement, Estimate } from '../../api/lead/quality';
import { toCsv, type CsvCell } from '../../ui/csv';
import { worstFirst } from './matrix';

/** The tables of the page as CSV, with every digit and every reason. */

const ESTIMATE = ['', '_low', '_high', '_n_tasks', '_reason'];
const headerOf = (name: string) => ESTIMATE.map((part) => name + part);

function cellsOf(estimate: Estimate | null): CsvCell[] {
  if (!estimate) return ESTIMATE.map(() => null);
  const { value, low, high, n_tasks, reason, interval_reason } = estimate;
  return [value, low, high, n_tasks, reason ?? interval_reason];
}

export const metricsCsv = ({ metrics }: Agreement): string =>
  toCsv(
    [
      'metric',
      ...headerOf('value'),
      'level',
      'n_annotations',
      'n_annotators',
      'verdict',
      'sentence',
      'left_out',
    ],
    metrics.map((metric) => [
      metric.id,
      ...cellsOf(metric),
      metric.level,
      metric.n_annotations,
      metric.n_annotators,
      metric.verdict,
      metric.sentence,
      metric.left_out.map(({ reason, n_tasks }) => `${n_tasks} tasks: ${reason}`).join('; '),
    ]),
  );

export const labelsCsv = ({ by_label }: Agreement): string =>
  toCsv(
    ['label', 'share', 'n_annotations', ...headerOf('specific_agreement'), ...headerOf('alpha')],
    by_label.map(({ label, share, n_annotations, specific_agreement, alpha }) => [
      label,
      share,
      n_annotations,
      ...cellsOf(specific_agreement),
      ...cellsOf(alpha),
    ]),
  );

export const pairsCsv = ({ pairs, annotators }: Agreement): string =>
  toCsv(
    ['a', 'b', ...headerOf('kappa'), ...headerOf('percent')],
    worstFirst(pairs).map(({ a, b, kappa, percent }) => [
      annotators[a] ?? a,
      annotators[b] ?? b,
      ...cellsOf(kappa),
      ...cellsOf(percent),
    ]),
  );

export const annotatorsCsv = ({ by_annotator, annotators }: Agreement): string => {
  const labels = [
    ...new Set(by_annotator.flatMap(({ label_shares }) => Object.keys(label_shares))),
  ];
  return toCsv(
    [
      'annotator',
      'n_tasks',
      'n_annotations',
      ...headerOf('percent_with_others'),
      ...headerOf('alpha_without'),
      ...labels.map((label) => `share_${label}`),
    ],
    by_annotator.map((row) => [
      annotators[row.annotator] ?? row.annotator,
      row.n_tasks,
      row.n_annotations,
      ...cellsOf(row.percent_with_others),
      ...cellsOf(row.alpha_without),
      ...labels.map((label) => row.label_shares[label]),
    ]),
  );
};
