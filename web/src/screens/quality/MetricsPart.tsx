import type { Agreement, Metric } from '../../api/lead/quality';
import { CopyButton } from '../../ui/CopyButton';
import { percent } from '../../ui/format';
import { IntervalAxis, IntervalBar } from '../../ui/IntervalBar';
import { Part } from '../../ui/Part';
import styles from './Agreement.module.css';
import { Figure } from './Figure';
import { leftOutOf } from './left_out';
import { metricsCsv } from './tables';
import { VerdictWord, withoutVerdict } from './VerdictWord';
import { words } from './words';

/** Every metric: value, interval, what it rests on, and what that means. */
export function MetricsPart({
  agreement,
  target,
}: {
  agreement: Agreement;
  target: number | null;
}) {
  const level = percent(agreement.metrics[0]?.level ?? 0.95);
  return (
    <Part
      title={words.metrics}
      lead={words.metricsLead(level)}
      tools={<CopyButton text={metricsCsv(agreement)}>{words.copy}</CopyButton>}
    >
      <table className={styles.table} aria-label={words.metrics}>
        <thead>
          <tr>
            <th scope="col">{words.metric}</th>
            <th scope="col">{words.value}</th>
            <th scope="col" className={styles.axis}>
              <span className="sr-only">{words.interval}</span>
              <IntervalAxis target={target} />
            </th>
            <th scope="col">{words.verdict}</th>
            <th scope="col">{words.restsOn}</th>
          </tr>
        </thead>
        <tbody>
          {agreement.metrics.map((metric) => (
            <MetricRow key={metric.id} metric={metric} target={target} />
          ))}
        </tbody>
      </table>
      <LeftOut agreement={agreement} />
    </Part>
  );
}

function MetricRow({ metric, target }: { metric: Metric; target: number | null }) {
  const { value, low, high, n_tasks, n_annotations, n_annotators } = metric;
  const undefinedWhy = value === null;
  return (
    <tr>
      <th scope="row">{metric.title}</th>
      <td
        data-name={words.value}
        colSpan={undefinedWhy ? 2 : 1}
        className={undefinedWhy ? styles.reason : undefined}
      >
        <Figure estimate={metric} />
      </td>
      {!undefinedWhy && (
        <td className={styles.axis}>
          <IntervalBar value={value} low={low} high={high} target={target} label={metric.title} />
        </td>
      )}
      <td data-name={words.verdict}>
        <div>
          <VerdictWord verdict={metric.verdict} />
          <p className={styles.sentence}>{withoutVerdict(metric.sentence)}</p>
        </div>
      </td>
      <td data-name={words.restsOn} className={styles.rests}>
        {words.basis(n_tasks, n_annotations, n_annotators)}
      </td>
    </tr>
  );
}

function LeftOut({ agreement }: { agreement: Agreement }) {
  const items = leftOutOf(agreement);
  if (items.length === 0) return null;
  return (
    <div className={styles.rests}>
      <h3>{words.leftOut}</h3>
      <ul>
        {items.map(({ amount, reason, of }) => (
          <li key={amount + reason}>
            {`${amount}: ${reason}${of.length > 0 ? ` (${of.join(', ')})` : ''}`}
          </li>
        ))}
      </ul>
    </div>
  );
}
