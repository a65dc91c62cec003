import type { ReactNode } from 'react';
import { Button } from '../../ui/Button';
import styles from './GuidelineEditor.module.css';
import { words } from './words';

interface Props {
  /** Names the field for those who hear it. */
  label: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  /** Enter in it asks for the next one. */
  onEnter?: () => void;
  autoFocus?: boolean;
}

/** A field that grows with its text. */
export function TextBox({ label, value, onChange, onEnter, ...rest }: Props) {
  return (
    <textarea
      {...rest}
      className={styles.box}
      aria-label={label}
      dir="auto"
      rows={1}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || !onEnter)
          return;
        event.preventDefault();
        onEnter();
      }}
    />
  );
}

/** Fields of one entry, and the button that takes it out. */
export function Row({
  name,
  onRemove,
  children,
}: {
  name: string;
  onRemove: () => void;
  children: ReactNode;
}) {
  return (
    <li className={styles.row}>
      <div>{children}</div>
      <Button look="quiet" icon="close" iconOnly onClick={onRemove}>
        {`${words.remove}: ${name}`}
      </Button>
    </li>
  );
}
