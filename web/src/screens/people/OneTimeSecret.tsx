import { CopyButton } from '../../ui/CopyButton';
import styles from './People.module.css';

/** Something that is shown once: selectable as a whole, with a button that copies it. */
export function OneTimeSecret({
  label,
  value,
  copy,
}: {
  label: string;
  value: string;
  copy: string;
}) {
  return (
    <div className={styles.secret}>
      <input
        readOnly
        aria-label={label}
        dir="ltr"
        value={value}
        onFocus={(event) => event.target.select()}
      />
      <CopyButton text={value}>{copy}</CopyButton>
    </div>
  );
}
