import { Button } from '../../ui/Button';
import styles from './Tasks.module.css';
import type { PlaceWays } from './use_place';
import { words } from './words';

interface Props {
  ways: PlaceWays;
  /** The cursor of the next page; null on the last one. */
  next: string | null;
  busy: boolean;
}

/** From page to page. Who came by a link into the middle can go to the first page and forward. */
export function Paging({ ways, next, busy }: Props) {
  const onFirst = ways.place.after === '';
  if (next === null && onFirst) return null;
  return (
    <nav className={styles.paging} aria-label={words.pages}>
      {!onFirst && (
        <Button look="quiet" onClick={ways.firstPage}>
          {words.first}
        </Button>
      )}
      {ways.hasPrevious && (
        <Button icon="left" onClick={ways.previousPage}>
          {words.previous}
        </Button>
      )}
      {next !== null && (
        <Button icon="right" busy={busy} onClick={() => ways.nextPage(next)}>
          {words.next}
        </Button>
      )}
    </nav>
  );
}
