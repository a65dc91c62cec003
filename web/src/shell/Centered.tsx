import type { ReactNode } from 'react';
import { Mark } from '../ui/icons';
import styles from './Centered.module.css';

/** A page with one thing in the middle: signing in, an invitation, a dead end. */
export function Centered({ title, lead, children }: Props) {
  return (
    <main id="content" className={styles.page} tabIndex={-1}>
      <div className={styles.column}>
        <div className={styles.brand}>
          <Mark size={28} />
          <span>Assay</span>
        </div>
        <header className={styles.head}>
          <h1 data-page-title tabIndex={-1}>
            {title}
          </h1>
          {lead && <p>{lead}</p>}
        </header>
        {children}
      </div>
    </main>
  );
}

interface Props {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
}
