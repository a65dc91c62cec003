import type { Agreement, Metric, Policy } from '../../api/lead/quality';
import { moment, share } from '../../ui/format';
import { IntervalBar } from '../../ui/IntervalBar';
import { LinkButton } from '../../ui/LinkButton';
import { firstSentence } from '../quality/sentence';
import { VerdictWord, withoutVerdict } from '../quality/VerdictWord';
import styles from './Overview.module.css';
import { words } from './words';

/** The numbers that a lead reads first: corrected for chance, and not. */
const FIRST_METRICS = ['krippendorff_alpha', 'percent_agreement'];

interface Props {
  agreement: Agreement;
  projectId: string;
  policy: Policy | undefined;
}

/** One sentence on what the labels are worth, and the two numbers behind it. */
export function Verdict({ agreement, projectId, policy }: Props) {
  const { metrics } = agreement;
  const found = FIRST_METRICS.flatMap((id) => metrics.filter((metric) => metric.id === id));
  const shown = found.length > 0 ? found : metrics.slice(0, 2);
  return (
    <section className={styles.verdict}>
      <h2 data-page-title tabIndex={-1} className={styles.sentence}>
        {firstSentence(agreement, policy?.agreement_warning ?? 0.6)}
      </h2>
      {agreement.n_annotations > 0 && (
        <>
          <div className={styles.figures}>
            {shown.map((metric) => (
              <Figure key={metric.id} metric={metric} target={policy?.agreement_target} />
            ))}
          </div>
          <p className={styles.basis}>
            <LinkButton
              to="/projects/$projectId/agreement"
              params={{ projectId }}
              look="quiet"
              icon="chart"
            >
              {words.moreNumbers}
            </LinkButton>
            <span>{words.computed(moment(agreement.computed_at))}</span>
          </p>
        </>
      )}
    </section>
  );
}

function Figure({ metric, target }: { metric: Metric; target: number | undefined }) {
  const { value, low, high } = metric;
  return (
    <div className={styles.figure}>
      <h3>{metric.title}</h3>
      {value === null ? (
        <p className={styles.undefined}>{metric.reason}</p>
      ) : (
        <>
          <p className={styles.number}>
            <strong>{share(value)}</strong>
            {low !== null && high !== null && <span>{`[${share(low)}, ${share(high)}]`}</span>}
          </p>
          <IntervalBar value={value} low={low} high={high} target={target} label={metric.title} />
          <p className={styles.rests}>
            <VerdictWord verdict={metric.verdict} />
            <span>{words.basis(metric.n_tasks, metric.n_annotators)}</span>
          </p>
          <p className={styles.meaning}>{withoutVerdict(metric.sentence)}</p>
        </>
      )}
    </div>
  );
}
