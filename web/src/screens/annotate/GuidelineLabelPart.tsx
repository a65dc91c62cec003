import { useEffect, useRef, useState } from 'react';
import type { GuidelineLabel } from '../../api/types';
import { Icon } from '../../ui/icons';
import styles from './Guideline.module.css';
import { words } from './words';

/** One label: its definition always in sight, its examples on a press or when the label is chosen. */
export function GuidelineLabelPart({ label, chosen }: { label: GuidelineLabel; chosen: boolean }) {
  const [pressed, setPressed] = useState(false);
  const part = useRef<HTMLDivElement>(null);
  const open = pressed || chosen;

  useEffect(() => {
    if (chosen) part.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  return (
    <div ref={part} className={styles.label} data-chosen={chosen || undefined}>
      <button type="button" aria-expanded={open} onClick={() => setPressed(!open)}>
        <Icon name={open ? 'down' : 'right'} size={16} />
        <span dir="auto">{label.label}</span>
      </button>
      {label.definition && (
        <p className={styles.text} dir="auto">
          {label.definition}
        </p>
      )}
      {open && (
        <>
          <Examples title={words.yes} examples={label.positive} good />
          <Examples title={words.no} examples={label.negative} />
        </>
      )}
    </div>
  );
}

function Examples({ title, examples, good = false }: ExamplesProps) {
  if (examples.length === 0) return null;
  return (
    <ul className={styles.examples}>
      {examples.map((example) => (
        <li key={example} data-good={good || undefined}>
          <span className={styles.mark}>
            <Icon name={good ? 'check' : 'close'} size={14} />
            <span className="sr-only">{title}:</span>
          </span>
          <span dir="auto">{example}</span>
        </li>
      ))}
    </ul>
  );
}

interface ExamplesProps {
  title: string;
  examples: readonly string[];
  good?: boolean;
}
