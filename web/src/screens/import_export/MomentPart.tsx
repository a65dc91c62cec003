import { useState } from 'react';
import type { NewExport } from '../../api/lead/jobs';
import { TextField } from '../../ui/Field';
import styles from './ImportExport.module.css';
import { words } from './words';

/** The moment that the file is of; closed while it is now. */
export function MomentPart({
  wanted,
  onChange,
}: {
  wanted: NewExport;
  onChange: (wanted: NewExport) => void;
}) {
  const [typed, setTyped] = useState('');
  const change = (text: string) => {
    setTyped(text);
    onChange(asOf(wanted, text));
  };
  return (
    <details className={styles.known}>
      <summary>{words.more}</summary>
      <TextField
        type="datetime-local"
        label={words.asOf}
        hint={words.asOfHint}
        value={typed}
        onChange={change}
      />
    </details>
  );
}

/** Typed in the reader's time zone; the server is told the moment. What is only known for now no longer chooses. */
export function asOf(wanted: NewExport, typed: string): NewExport {
  if (!typed) return { ...wanted, as_of: null };
  return { ...wanted, as_of: new Date(typed).toISOString(), state: null, disagreeing: false };
}
