import { useId, useState } from 'react';
import type { TaskRule } from '../../api/lead/policy';
import { Button } from '../../ui/Button';
import { ChipsField } from '../../ui/ChipsField';
import { TextField } from '../../ui/Field';
import { useWrong } from './marks';
import { MarkLines } from './MarkLines';
import styles from './Policy.module.css';
import { asList, readScalar, writeScalar } from './scalars';
import { words } from './words';

interface Props {
  at: string;
  where: TaskRule['where'];
  /** Fields of the data. */
  known: readonly string[];
  onChange: (where: TaskRule['where']) => void;
}

const MOST_FIELDS = 10;
const STRATUM = 'stratum';

/** Which tasks a rule means: for each field the values of which one must be there. */
export function RuleWhere({ at, where, known, onChange }: Props) {
  const fields = Object.keys(where);
  const others = [...new Set([...known, STRATUM])].filter((field) => !fields.includes(field));
  const without = (field: string) =>
    Object.fromEntries(Object.entries(where).filter(([name]) => name !== field));
  return (
    <fieldset className={styles.list}>
      <legend className="sr-only">{words.ruleWhere}</legend>
      <MarkLines at={at} exact />
      {Object.entries(where).map(([field, value]) => (
        <Values
          key={field}
          at={`${at}.${field}`}
          field={field}
          value={value}
          onChange={(next) => onChange({ ...where, [field]: next })}
          onRemove={() => onChange(without(field))}
        />
      ))}
      {fields.length < MOST_FIELDS && (
        <NewField
          known={others}
          taken={fields}
          onAdd={(field) => onChange({ ...where, [field]: [] })}
        />
      )}
    </fieldset>
  );
}

interface ValuesProps {
  at: string;
  field: string;
  value: TaskRule['where'][string];
  onChange: (value: TaskRule['where'][string]) => void;
  onRemove: () => void;
}

function Values({ at, field, value, onChange, onRemove }: ValuesProps) {
  const wrong = useWrong(at);
  return (
    <div className={styles.marks}>
      <ChipsField
        label={words.ruleIs(field)}
        hint={words.ruleIsHint}
        error={wrong}
        values={asList(value).map(writeScalar)}
        maxLength={500}
        removeTitle={words.removeValue}
        onChange={(values) => onChange(values.map(readScalar))}
      />
      <MarkLines at={at} warnings />
      <div>
        <Button look="quiet" icon="close" onClick={onRemove}>
          {words.ruleFieldRemove(field)}
        </Button>
      </div>
    </div>
  );
}

interface NewFieldProps {
  known: readonly string[];
  taken: readonly string[];
  onAdd: (field: string) => void;
}

/** The name is settled before the values: a renamed field would be another condition. */
function NewField({ known, taken, onAdd }: NewFieldProps) {
  const [typed, setTyped] = useState('');
  const list = useId();
  const field = typed.trim();
  const add = () => {
    if (field === '' || taken.includes(field)) return;
    onAdd(field);
    setTyped('');
  };
  return (
    <div className={styles.fieldAdd}>
      <TextField
        label={words.ruleField}
        hint={words.ruleFieldHint}
        autoComplete="off"
        maxLength={100}
        list={list}
        value={typed}
        onChange={setTyped}
        onEnter={add}
      />
      <datalist id={list}>
        {known.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <Button icon="add" disabled={field === '' || taken.includes(field)} onClick={add}>
        {words.ruleFieldAdd}
      </Button>
    </div>
  );
}
