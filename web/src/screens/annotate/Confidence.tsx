import { useId } from 'react';
import { percent } from '../../ui/format';
import { Key } from '../../ui/Key';
import styles from './Confidence.module.css';
import { words } from './words';

/** How sure one is: a slider that says nothing until it is touched. */
export function Confidence({ value, onChange }: Props) {
  const id = useId();
  const said = value === null ? words.confidenceUnsaid : percent(value);
  return (
    <div className={styles.row}>
      <label htmlFor={id}>{words.confidence}</label>
      <Key name="-" />
      <input
        id={id}
        type="range"
        min={0}
        max={1}
        step={0.1}
        value={value ?? 0.5}
        data-unsaid={value === null || undefined}
        aria-valuetext={said}
        title={words.confidenceOptional}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <Key name="+" />
      <output htmlFor={id}>{said}</output>
    </div>
  );
}

interface Props {
  value: number | null;
  onChange: (value: number) => void;
}
