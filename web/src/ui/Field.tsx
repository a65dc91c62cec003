import { useId, type ReactNode, type Ref } from 'react';
import styles from './Field.module.css';

interface FrameProps {
  label: string;
  hint?: string;
  /** What is wrong with it, and what to do. */
  error?: string | null;
}

function useFrame({ label, hint, error }: FrameProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  const attrs = { id, 'aria-describedby': described || undefined, 'aria-invalid': Boolean(error) };
  const frame = (control: ReactNode) => (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {control}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
  return { attrs, frame };
}

interface TextProps extends FrameProps {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'email' | 'password' | 'search' | 'date' | 'datetime-local';
  autoComplete?: string;
  required?: boolean;
  autoFocus?: boolean;
  maxLength?: number;
  /** The id of a datalist that offers words. */
  list?: string;
  /** Enter does this instead of sending the form. */
  onEnter?: () => void;
  ref?: Ref<HTMLInputElement>;
}

export function TextField(props: TextProps) {
  const { label, hint, error, onChange, onEnter, type = 'text', ...input } = props;
  const { attrs, frame } = useFrame({ label, hint, error });
  return frame(
    <input
      {...input}
      {...attrs}
      type={type}
      data-autofocus={props.autoFocus || undefined}
      className={styles.input}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={
        onEnter &&
        ((event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          onEnter();
        })
      }
    />,
  );
}

interface AreaProps extends FrameProps {
  value: string;
  onChange: (value: string) => void;
  rows?: number;
  maxLength?: number;
  autoFocus?: boolean;
}

export function TextArea(props: AreaProps) {
  const { label, hint, error, onChange, rows = 3, ...input } = props;
  const { attrs, frame } = useFrame({ label, hint, error });
  return frame(
    <textarea
      {...input}
      {...attrs}
      rows={rows}
      data-autofocus={props.autoFocus || undefined}
      dir="auto"
      className={styles.input}
      onChange={(event) => onChange(event.target.value)}
    />,
  );
}

interface SelectProps extends FrameProps {
  value: string;
  onChange: (value: string) => void;
  options: readonly { value: string; title: string }[];
}

export function SelectField({ label, hint, error, value, onChange, options }: SelectProps) {
  const { attrs, frame } = useFrame({ label, hint, error });
  return frame(
    <select
      {...attrs}
      className={styles.input}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.title}
        </option>
      ))}
    </select>,
  );
}

/** The choice of one among few, all of them in sight. */
export function RadioRow<Value extends string>(props: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; title: string }[];
}) {
  const name = useId();
  return (
    <fieldset className={styles.row}>
      <legend>{props.label}</legend>
      {props.options.map((option) => (
        <label key={option.value} className={styles.option}>
          <input
            type="radio"
            name={name}
            checked={option.value === props.value}
            onChange={() => props.onChange(option.value)}
          />
          {option.title}
        </label>
      ))}
    </fieldset>
  );
}
