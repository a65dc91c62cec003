import { RadioRow } from '../../ui/Field';
import { CheckField } from '../../ui/NumberField';
import styles from './ImportExport.module.css';
import { USUAL_RULES, type ImportRules } from './queue';
import { words } from './words';

const DUPLICATES = ['auto', 'skip', 'keep', 'refuse'] as const;
const EXISTING = ['refuse', 'skip', 'update'] as const;

/** What becomes of rows that the project, or the file itself, has already. Closed while all is as usual. */
export function KnownRowsPart({
  rules,
  onChange,
}: {
  rules: ImportRules;
  onChange: (rules: ImportRules) => void;
}) {
  const usual =
    rules.duplicates === USUAL_RULES.duplicates &&
    rules.existing_keys === USUAL_RULES.existing_keys;
  return (
    <details className={styles.known}>
      <summary>{usual ? words.known : words.knownChanged}</summary>
      <RadioRow
        label={words.duplicates}
        value={rules.duplicates}
        onChange={(duplicates) => onChange({ ...rules, duplicates })}
        options={DUPLICATES.map((value) => ({ value, title: words.duplicatesAs[value] }))}
      />
      <RadioRow
        label={words.existing}
        value={rules.existing_keys}
        onChange={(existing_keys) => onChange({ ...rules, existing_keys, update_annotated: false })}
        options={EXISTING.map((value) => ({ value, title: words.existingAs[value] }))}
      />
      {rules.existing_keys === 'update' && (
        <CheckField
          label={words.updateAnnotated}
          hint={words.updateAnnotatedHint}
          checked={rules.update_annotated}
          onChange={(update_annotated) => onChange({ ...rules, update_annotated })}
        />
      )}
    </details>
  );
}
