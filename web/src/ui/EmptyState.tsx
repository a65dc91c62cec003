import type { ReactNode } from 'react';
import styles from './EmptyState.module.css';

interface Props {
  /** What will be here, or why there is nothing. */
  title: string;
  /** Why it matters, or whom to ask. */
  children?: ReactNode;
  /** The one action that fills it. */
  action?: ReactNode;
}

/** An empty page teaches. */
export function EmptyState({ title, children, action }: Props) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      {children && <div className={styles.words}>{children}</div>}
      {action}
    </div>
  );
}
