import type { Estimate as EstimateView } from '../../api/lead/quality';
import { Estimate } from '../../ui/Estimate';
import styles from './Agreement.module.css';
import { words } from './words';

type Shown = Pick<EstimateView, 'value' | 'low' | 'high' | 'reason' | 'interval_reason'>;

/** A number with its interval, or the sentence why there is none; `bare` where the head of the column says why. */
export function Figure({ estimate, bare }: { estimate: Shown; bare?: boolean }) {
  const { value, low, high, reason, interval_reason } = estimate;
  return (
    <span className={styles.number}>
      <Estimate value={value} low={low} high={high} reason={reason} />
      {value !== null && low === null && !bare && (
        <small>{`${words.noInterval}: ${interval_reason ?? ''}`}</small>
      )}
    </span>
  );
}
