import { useId, useState, type ReactNode } from 'react';
import styles from './Field.module.css';
import { numberIn } from './NumberField';
import own from './NumberField.module.css';

interface Props {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  /** null: nothing is said. */
  value: number | null;
  onChange: (value: number | null) => void;
  min: number;
  max: number;
  /** 1 allows whole numbers only; `any` all of them. */
  step?: number | 'any';
  unit?: string;
  /** Stands in the empty field: "no limit". */
  empty?: string;
}

const range = new Intl.NumberFormat('en');

/** A number that may be left out. What is out of bounds is said, and not taken. */
export function OptionalNumberField(props: Props) {
  const { label, hint, value, onChange, min, max, step = 1, unit, empty } = props;
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const stepOf = step === 'any' ? 0 : step;
  const wrong =
    typed !== null && typed.trim() !== '' && numberIn(typed, min, max, stepOf) === null
      ? `${step === 1 ? 'A whole number' : 'A number'} from ${range.format(min)} to ${range.format(max)}.`
      : null;
  const error = wrong ?? props.error;
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      <span className={own.number}>
        <input
          id={id}
          type="number"
          inputMode="decimal"
          className={styles.input}
          min={min}
          max={max}
          step={step}
          placeholder={empty}
          value={typed ?? (value === null ? '' : String(value))}
          aria-describedby={described || undefined}
          aria-invalid={Boolean(error)}
          onChange={(event) => {
            setTyped(event.target.value);
            const read = numberIn(event.target.value, min, max, stepOf);
            // Half a number ("1e") reads as empty too; only a really empty field says "nothing".
            const cleared = event.target.value === '' && !event.target.validity.badInput;
            if (read !== null || cleared) onChange(read);
          }}
          onBlur={() => setTyped(null)}
        />
        {unit && <span className={own.unit}>{unit}</span>}
      </span>
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}
