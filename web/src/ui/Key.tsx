import { keyName } from './keys';
import styles from './Key.module.css';

/** A key, shown on what it presses. Hidden from screen readers: the `?` sheet tells them. */
export function Key({ name }: { name: string }) {
  return (
    <kbd className={styles.key} aria-hidden="true">
      {keyName(name)}
    </kbd>
  );
}
