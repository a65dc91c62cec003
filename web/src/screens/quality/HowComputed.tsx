import type { Metric } from '../../api/lead/quality';
import styles from './Agreement.module.css';
import { EXPLANATIONS, INTERVAL_TEXT, VERDICT_TEXT, words } from './words';

/** What each number is, in a sentence, with its source. */
export function HowComputed({ metrics }: { metrics: readonly Metric[] }) {
  const shown = EXPLANATIONS.flatMap((one) => {
    const metric = metrics.find(({ id }) => id === one.id);
    return metric ? [{ ...one, reference: metric.reference }] : [];
  });
  return (
    <details className={styles.how}>
      <summary>{words.how}</summary>
      <dl>
        {shown.map(({ id, title, text, reference }) => (
          <div key={id}>
            <dt>{title}</dt>
            <dd>
              {text} <cite>{reference}.</cite>
            </dd>
          </div>
        ))}
      </dl>
      <p>{INTERVAL_TEXT}</p>
      <p>{VERDICT_TEXT}</p>
    </details>
  );
}
