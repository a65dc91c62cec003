import { useId, useRef, useState } from 'react';
import { Button } from './Button';
import { Chip } from './Chip';
import own from './ChipsField.module.css';
import styles from './Field.module.css';

interface Props {
  label: string;
  hint?: string;
  error?: string | null;
  values: readonly string[];
  onChange: (values: string[]) => void;
  /** Offered while one types. */
  known?: readonly string[];
  maxLength?: number;
  removeTitle: (value: string) => string;
}

/** A list of words: what was typed is put in by Enter or by leaving the field; the last goes by Backspace. */
export function ChipsField(props: Props) {
  const { label, hint, error, values, onChange, known = [], maxLength = 60 } = props;
  const [typed, setTyped] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  const add = () => {
    const value = typed.trim();
    setTyped('');
    if (value !== '' && !values.includes(value)) onChange([...values, value]);
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      <div className={own.chips}>
        {values.map((value) => (
          <Chip
            key={value}
            onRemove={() => {
              onChange(values.filter((one) => one !== value));
              input.current?.focus();
            }}
            removeTitle={props.removeTitle(value)}
          >
            <span dir="auto">{value}</span>
          </Chip>
        ))}
        <input
          ref={input}
          id={id}
          className={styles.input}
          value={typed}
          maxLength={maxLength}
          autoComplete="off"
          list={`${id}-known`}
          aria-describedby={described || undefined}
          aria-invalid={Boolean(error)}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Enter') {
              // It must not send the form.
              event.preventDefault();
              add();
            } else if (event.key === 'Backspace' && typed === '') onChange(values.slice(0, -1));
          }}
        />
        {typed.trim() !== '' && (
          <Button keepsFocus onClick={add}>
            Add
          </Button>
        )}
        <Known id={`${id}-known`} words={known.filter((one) => !values.includes(one))} />
      </div>
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}

const Known = ({ id, words }: { id: string; words: readonly string[] }) => (
  <datalist id={id}>
    {words.map((one) => (
      <option key={one} value={one} />
    ))}
  </datalist>
);
