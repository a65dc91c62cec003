import type { ReactNode } from 'react';
import { Button } from '../../ui/Button';
import styles from './Policy.module.css';
import { words } from './words';

interface Props {
  /** What the entry is called on its buttons: "Rule 1". */
  name: string;
  title: ReactNode;
  /** Absent for a list in which the order means nothing. */
  onMove?: (by: 1 | -1) => void;
  first?: boolean;
  last?: boolean;
  onRemove: () => void;
}

/** The line over one entry of a list: what it says, its place, and the way to take it out. */
export function EntryHead({ name, title, onMove, first, last, onRemove }: Props) {
  return (
    <div className={styles.entryHead}>
      <h3 dir="auto">{title}</h3>
      {onMove && (
        <>
          <Button look="quiet" icon="up" iconOnly disabled={first} onClick={() => onMove(-1)}>
            {words.up(name)}
          </Button>
          <Button look="quiet" icon="down" iconOnly disabled={last} onClick={() => onMove(1)}>
            {words.down(name)}
          </Button>
        </>
      )}
      <Button look="quiet" icon="close" iconOnly onClick={onRemove}>
        {words.remove(name)}
      </Button>
    </div>
  );
}
