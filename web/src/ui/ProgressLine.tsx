import { count } from './format';
import styles from './ProgressLine.module.css';

interface Props {
  /** What is counted: "tasks done". */
  label: string;
  done: number;
  total: number;
}

/** How far something is: a thin line under its numbers. */
export function ProgressLine({ label, done, total }: Props) {
  const words = `${count(done)} of ${count(total)} ${label}`;
  return (
    <div className={styles.progress}>
      <span>{words}</span>
      <progress aria-label={words} value={Math.min(done, total)} max={Math.max(total, 1)} />
    </div>
  );
}
