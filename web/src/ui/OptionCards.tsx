import { useId, type ReactNode } from 'react';
import styles from './OptionCards.module.css';

export interface CardOption<Value extends string> {
  value: Value;
  title: string;
  text?: ReactNode;
}

interface Props<Value extends string> {
  label: string;
  /** The label is there for those who hear it; the page says it in another way. */
  labelHidden?: boolean;
  value: Value | null;
  onChange: (value: Value) => void;
  options: readonly CardOption<Value>[];
  /** Cards with a title and a few words. */
  small?: boolean;
}

/** The choice of one among few that need a sentence each. To a screen reader: radio buttons. */
export function OptionCards<Value extends string>(props: Props<Value>) {
  const name = useId();
  return (
    <fieldset className={styles.cards} data-small={props.small || undefined}>
      <legend className={props.labelHidden ? 'sr-only' : undefined}>{props.label}</legend>
      {props.options.map(({ value, title, text }) => (
        <label key={value} className={styles.card}>
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === props.value}
            aria-describedby={text ? `${name}-${value}` : undefined}
            onChange={() => props.onChange(value)}
          />
          <span className={styles.title}>{title}</span>
          {text && (
            <span id={`${name}-${value}`} className={styles.text}>
              {text}
            </span>
          )}
        </label>
      ))}
    </fieldset>
  );
}
