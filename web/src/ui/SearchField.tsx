import { useEffect, useState, type Ref } from 'react';
import { Icon } from './icons';
import styles from './SearchField.module.css';

interface Props {
  label: string;
  value: string;
  /** Called a moment after the last letter. */
  onChange: (value: string) => void;
  ref?: Ref<HTMLInputElement>;
}

const PAUSE_MS = 250;

/** A field that searches while one types. */
export function SearchField({ label, value, onChange, ref }: Props) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // The address changed by itself (back, a link): it wins over what is typed.
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <label className={styles.search}>
      <span className="sr-only">{label}</span>
      <Icon name="search" size={16} />
      <input
        ref={ref}
        type="search"
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  );
}
