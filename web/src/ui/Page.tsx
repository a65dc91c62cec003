import type { ReactNode } from 'react';
import styles from './Page.module.css';

interface Props {
  title: string;
  /** One sentence under the title. */
  lead?: ReactNode;
  /** Buttons at the title's right; at most one of them is `main`. */
  actions?: ReactNode;
  /** `read` keeps one column of text; `wide` is for tables. */
  width?: 'read' | 'wide';
  children: ReactNode;
}

/** The inside of a page: its title (focused after navigation by the shell), then what it is for. */
export function Page({ title, lead, actions, width = 'wide', children }: Props) {
  return (
    <div className={`${styles.page ?? ''} ${styles[width] ?? ''}`}>
      <header className={styles.head}>
        <div className={styles.words}>
          <h1 data-page-title tabIndex={-1}>
            {title}
          </h1>
          {lead && <p>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page with its own heading. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
