import { useEffect, useState, type ReactNode } from 'react';
import styles from './Skeleton.module.css';

/** Shows its children only after 300 ms: what comes sooner needs no sign of waiting. */
export function Late({ children }: { children: ReactNode }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return late ? children : null;
}

/** Grey lines in the final layout, `widths` in percent, one a line. */
export function Skeleton({ widths = [100, 92, 64] }: { widths?: readonly number[] }) {
  return (
    <div className={styles.lines} aria-hidden="true">
      {widths.map((width, line) => (
        <span key={line} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

/** Long work with its numbers: "1,240 of 3,708 rows". */
export function ProgressBar({
  label,
  done,
  total,
}: {
  label: string;
  done: number;
  total: number;
}) {
  const words = `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  return (
    <div className={styles.progress}>
      <span>{label}</span>
      <span>{words}</span>
      <progress aria-label={label} value={done} max={Math.max(total, 1)} />
    </div>
  );
}
