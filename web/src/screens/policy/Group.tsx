import type { ReactNode } from 'react';
import { Part } from '../../ui/Part';
import { MarkLines } from './MarkLines';
import styles from './Policy.module.css';
import { words } from './words';

export type GroupId = keyof typeof words.groups;

interface Props {
  id: GroupId;
  /** The list or setting that the whole group is about: what is wrong with it stands under its head. */
  about?: string;
  children: ReactNode;
}

/** Settings that belong together, with a sentence on what they do, at an address of their own. */
export function Group({ id, about, children }: Props) {
  return (
    <Part id={id} title={words.groups[id].title} lead={words.groups[id].lead}>
      <div className={styles.fields}>
        {about && <MarkLines at={about} exact />}
        {children}
      </div>
    </Part>
  );
}
