import { useEffect, useRef, type ReactNode } from 'react';
import styles from './Part.module.css';

interface Props {
  title: string;
  /** A sentence on what it shows and how to read it. */
  lead?: ReactNode;
  /** Small tools at the title's right, such as copying. */
  tools?: ReactNode;
  /** Its place in the address, after the #. */
  id?: string;
  /** Its title is the page's: it gets the focus after navigation. */
  isPage?: boolean;
  children: ReactNode;
}

/** A part of a page: a heading, how to read it, its tools, and its content. */
export function Part({ title, lead, tools, id, isPage, children }: Props) {
  const part = useRef<HTMLElement>(null);
  // It may come after the address was read, when its data are there.
  useEffect(() => {
    if (id && globalThis.location.hash === `#${id}`) part.current?.scrollIntoView();
  }, [id]);
  return (
    <section ref={part} className={styles.part} id={id} aria-label={title}>
      <header className={styles.head}>
        <div className={styles.words}>
          <h2 data-page-title={isPage || undefined} tabIndex={isPage ? -1 : undefined}>
            {title}
          </h2>
          {lead && <p>{lead}</p>}
        </div>
        {tools && <div className={styles.tools}>{tools}</div>}
      </header>
      {children}
    </section>
  );
}
