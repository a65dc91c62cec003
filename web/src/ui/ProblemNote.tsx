import type { ReactNode } from 'react';
import { Icon } from './icons';
import styles from './ProblemNote.module.css';

interface Props {
  /** What went wrong, as a sentence. */
  what: string;
  /** What was kept, as a sentence; empty when nothing was at stake. */
  kept?: string;
  /** What to do about it, as a sentence. */
  action?: string;
  /** Buttons that do it. */
  children?: ReactNode;
}

/** Says what went wrong, what was kept, and what to do. Never a stack trace. */
export function ProblemNote({ what, kept, action, children }: Props) {
  return (
    <div className={styles.note} role="alert">
      <Icon name="warn" />
      <div className={styles.words}>
        <p className={styles.what}>{what}</p>
        {kept && <p>{kept}</p>}
        {action && <p>{action}</p>}
        {children && <div className={styles.buttons}>{children}</div>}
      </div>
    </div>
  );
}
