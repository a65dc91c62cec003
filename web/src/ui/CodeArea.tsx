import { useId, useRef } from 'react';
import styles from './CodeArea.module.css';

interface Props {
  label: string;
  hint?: string;
  value: string;
  onChange: (value: string) => void;
  /** What is wrong, and in which line (from 1) where that is known. */
  error?: string | null;
  errorLine?: number | null;
  rows?: number;
}

/** A text in lines that are numbered. Tab leaves it, as in every other field. */
export function CodeArea({ label, hint, value, onChange, error, errorLine, rows = 16 }: Props) {
  const id = useId();
  const gutter = useRef<HTMLDivElement>(null);
  const lines = value.split('\n').length;
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      <div className={styles.frame} data-invalid={Boolean(error) || undefined}>
        <div ref={gutter} className={styles.gutter} aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => (
            <span key={index} data-wrong={index + 1 === errorLine || undefined}>
              {index + 1}
            </span>
          ))}
        </div>
        <textarea
          id={id}
          className={styles.text}
          dir="ltr"
          rows={rows}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          value={value}
          aria-describedby={described || undefined}
          aria-invalid={Boolean(error)}
          onChange={(event) => onChange(event.target.value)}
          onScroll={({ currentTarget }) => {
            if (gutter.current) gutter.current.scrollTop = currentTarget.scrollTop;
          }}
        />
      </div>
      {error && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
