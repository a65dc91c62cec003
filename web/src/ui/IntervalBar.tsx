import { share } from './format';
import styles from './IntervalBar.module.css';
import { pointRadius, spanOf } from './interval';

interface Props {
  /** null: nothing but the axis is drawn; the reason stands in words beside it. */
  value: number | null;
  low: number | null;
  high: number | null;
  /** The objective, as a line. */
  target?: number | null;
  /** How many it rests on, and the most of all beside it: the point's area. */
  n?: number;
  most?: number;
  /** What the number is, for those who hear it. */
  label: string;
}

/** An estimate on an axis that always runs from 0 to 1: its interval as a band, itself as a point. */
export function IntervalBar({ value, low, high, target, n = 1, most = 1, label }: Props) {
  return (
    <svg className={styles.chart} role="img" aria-label={inWords(label, value, low, high)}>
      <line className={styles.axis} x1="0%" x2="100%" y1="50%" y2="50%" />
      {[0, 50, 100].map((tick) => (
        <line
          key={tick}
          className={styles.tick}
          x1={`${tick}%`}
          x2={`${tick}%`}
          y1="36%"
          y2="64%"
        />
      ))}
      {target != null && (
        <line
          className={styles.target}
          x1={`${target * 100}%`}
          x2={`${target * 100}%`}
          y1="0"
          y2="100%"
        />
      )}
      {value !== null && <Mark span={spanOf(value, low, high)} radius={pointRadius(n, most)} />}
    </svg>
  );
}

function Mark({ span, radius }: { span: ReturnType<typeof spanOf>; radius: number }) {
  return (
    <>
      {span.to > span.from && (
        <line className={styles.band} x1={`${span.from}%`} x2={`${span.to}%`} y1="50%" y2="50%" />
      )}
      <circle className={styles.point} cx={`${span.at}%`} cy="50%" r={radius} />
      {span.below && (
        <text className={styles.off} x="0%" y="50%" dx="-0.55em" dy="0.32em" textAnchor="middle">
          ‹
        </text>
      )}
    </>
  );
}

function inWords(label: string, value: number | null, low: number | null, high: number | null) {
  if (value === null) return `${label}: undefined`;
  const interval =
    low !== null && high !== null ? `, interval ${share(low)} to ${share(high)}` : '';
  return `${label}: ${share(value)}${interval}`;
}

/** The axis in words, for the head of a column of bars. */
export function IntervalAxis({ target }: { target?: number | null }) {
  return (
    <span className={styles.legend} aria-hidden="true">
      <span>0</span>
      {target != null && (
        <span className={styles.goal} style={{ insetInlineStart: `${target * 100}%` }}>
          target {share(target)}
        </span>
      )}
      <span>1</span>
    </span>
  );
}
