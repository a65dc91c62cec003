import type { Agreement } from '../../api/lead/quality';
import { counted } from '../../ui/format';

type LeftOut = Agreement['left_out'][number];

/** "684 tasks, 684 annotations"; counts that do not apply are 0 and left out. */
export function amountOf(item: LeftOut): string {
  const amounts = [
    item.n_tasks && counted(item.n_tasks, 'task'),
    item.n_annotations && counted(item.n_annotations, 'annotation'),
    item.n_annotators && counted(item.n_annotators, 'annotator'),
    item.n_pairs && counted(item.n_pairs, 'pair'),
    item.n_labels && counted(item.n_labels, 'label'),
  ];
  return amounts.filter(Boolean).join(', ');
}

/** What the numbers do not rest on, each reason once, with the metrics it is about unless it is all. */
export function leftOutOf({
  metrics,
  left_out,
}: Agreement): { amount: string; reason: string; of: string[] }[] {
  const said = new Map<string, { amount: string; reason: string; of: string[] }>();
  for (const metric of metrics) {
    for (const item of metric.left_out) {
      const key = JSON.stringify(item);
      const entry = said.get(key) ?? { amount: amountOf(item), reason: item.reason, of: [] };
      entry.of.push(metric.title);
      said.set(key, entry);
    }
  }
  const ofMetrics = [...said.values()].map((entry) =>
    entry.of.length === metrics.length ? { ...entry, of: [] } : entry,
  );
  return [
    ...left_out.map((item) => ({ amount: amountOf(item), reason: item.reason, of: [] })),
    ...ofMetrics,
  ];
}
