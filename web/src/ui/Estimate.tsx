import { share } from './format';
import styles from './Estimate.module.css';

interface Props {
  /** null: undefined, and `reason` says why, as a sentence. */
  value: number | null;
  low?: number | null;
  high?: number | null;
  reason?: string | null;
  /** What it is based on: "1,240 tasks · last 7 days". */
  basis?: string;
}

/** A number with its doubt: `0.72 [0.68, 0.76] · 1,240 tasks`. Undefined is a sentence, never a dash. */
export function Estimate({ value, low, high, reason, basis }: Props) {
  if (value === null) return <span className={styles.reason}>{reason ?? 'Cannot tell yet.'}</span>;
  const interval = low != null && high != null ? `[${share(low)}, ${share(high)}]` : null;
  return (
    <span className={styles.estimate}>
      {share(value)}
      {interval && <span className={styles.interval}> {interval}</span>}
      {basis && <span className={styles.basis}> · {basis}</span>}
    </span>
  );
}
