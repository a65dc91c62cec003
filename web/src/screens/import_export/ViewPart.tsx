import type { NewExport } from '../../api/lead/jobs';
import { RadioRow, TextField } from '../../ui/Field';
import { CheckField } from '../../ui/NumberField';
import styles from './ImportExport.module.css';
import { words } from './words';

const STATES = ['all', 'waiting', 'started', 'done'] as const;

/** Which tasks go into the file: the filters of the task table. Closed while all do. */
export function ViewPart({
  wanted,
  onChange,
}: {
  wanted: NewExport;
  onChange: (wanted: NewExport) => void;
}) {
  const text = (name: 'label' | 'q' | 'stratum') => ({
    value: wanted[name] ?? '',
    onChange: (value: string) => onChange({ ...wanted, [name]: value || null }),
  });
  return (
    <details className={styles.known}>
      <summary>{words.filters}</summary>
      {wanted.as_of ? (
        <p className={styles.quiet}>{words.asOfStates}</p>
      ) : (
        <>
          <RadioRow
            label={words.state}
            value={wanted.state ?? 'all'}
            onChange={(state) => onChange({ ...wanted, state: state === 'all' ? null : state })}
            options={STATES.map((value) => ({ value, title: words.taskStates[value] }))}
          />
          <CheckField
            label={words.disagreeing}
            checked={wanted.disagreeing}
            onChange={(disagreeing) => onChange({ ...wanted, disagreeing })}
          />
        </>
      )}
      <TextField label={words.withLabel} {...text('label')} />
      <TextField label={words.withText} {...text('q')} />
      <TextField label={words.withStratum} {...text('stratum')} />
    </details>
  );
}
