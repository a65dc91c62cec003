import { useId, useState, type ReactNode } from 'react';
import styles from './Field.module.css';
import own from './NumberField.module.css';

interface NumberProps {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  value: number;
  /** Called with what is a number within the bounds; an unfinished one stays as it is typed. */
  onChange: (value: number) => void;
  min: number;
  max: number;
  /** 1 allows whole numbers only. */
  step?: number;
  /** Stands behind the number: "seconds". */
  unit?: string;
  disabled?: boolean;
}

/** A typed number, or null while it is none, is out of bounds, or has a part where it may not. */
export function numberIn(typed: string, min: number, max: number, step: number): number | null {
  const value = Number(typed);
  if (typed.trim() === '' || !Number.isFinite(value) || value < min || value > max) return null;
  return step === 1 && !Number.isInteger(value) ? null : value;
}

/** A number with its unit. */
export function NumberField(props: NumberProps) {
  const { label, hint, error, value, onChange, unit, min, max, step = 1, disabled } = props;
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
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
          disabled={disabled}
          value={typed ?? String(value)}
          aria-describedby={described || undefined}
          aria-invalid={Boolean(error)}
          onChange={(event) => {
            setTyped(event.target.value);
            const read = numberIn(event.target.value, min, max, step);
            if (read !== null) onChange(read);
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

interface CheckProps {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

/** Yes or no. */
export function CheckField({ label, hint, checked, onChange, disabled }: CheckProps) {
  const id = useId();
  return (
    <div className={own.check}>
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
