import type { ReactNode } from 'react';
import { Icon } from './icons';
import styles from './Chip.module.css';

/** A filter in words that can be taken off. */
export function Chip({ children, onRemove, removeTitle }: ChipProps) {
  return (
    <span className={styles.chip}>
      {children}
      {onRemove && (
        <button type="button" aria-label={removeTitle ?? 'Remove'} onClick={onRemove}>
          <Icon name="close" size={14} />
        </button>
      )}
    </span>
  );
}

interface ChipProps {
  children: ReactNode;
  onRemove?: () => void;
  removeTitle?: string;
}
