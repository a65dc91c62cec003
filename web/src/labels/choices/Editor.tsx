import { Fragment, useId, useMemo } from 'react';
import { Icon } from '../../ui/icons';
import { Key } from '../../ui/Key';
import { labelColor } from '../colors';
import type { EditorProps } from '../types';
import styles from './choices.module.css';
import { idOf, leavesOf, pathsOf, press, type Leaf } from './model';

const MANY = 6;

/** The choices as large buttons; to a screen reader they are what they are: radios or checkboxes. */
export function Editor({ control, items, onChange, keyOf, missingId }: EditorProps) {
  const group = useId();
  const leaves = useMemo(() => leavesOf(control), [control]);
  const chosen = new Set(pathsOf(items).map(idOf));
  return (
    <fieldset
      className={styles.choices}
      data-many={leaves.length > MANY || undefined}
      aria-describedby={missingId ?? undefined}
    >
      <legend className="sr-only">{control.name}</legend>
      {leaves.map((leaf, place) => (
        <Fragment key={idOf(leaf.path)}>
          <GroupTitle leaf={leaf} before={leaves[place - 1]} />
          <ChoiceButton
            leaf={leaf}
            group={group}
            multiple={control.multiple ?? false}
            checked={chosen.has(idOf(leaf.path))}
            shortcut={keyOf(idOf(leaf.path))}
            onPress={() => onChange(press(control, items, idOf(leaf.path)))}
          />
        </Fragment>
      ))}
      {!control.required && !control.multiple && chosen.size > 0 && (
        <button type="button" className={styles.clear} onClick={() => onChange([])}>
          Clear
        </button>
      )}
    </fieldset>
  );
}

/** The names a choice lies in, where they change. */
function GroupTitle({ leaf, before }: { leaf: Leaf; before: Leaf | undefined }) {
  const title = leaf.within.join(' / ');
  if (title === '' || title === before?.within.join(' / ')) return null;
  return (
    <p className={styles.group} dir="auto">
      {title}
    </p>
  );
}

interface ChoiceProps {
  leaf: Leaf;
  group: string;
  multiple: boolean;
  checked: boolean;
  shortcut: string | null;
  onPress: () => void;
}

function ChoiceButton({ leaf, group, multiple, checked, shortcut, onPress }: ChoiceProps) {
  const { choice, index } = leaf;
  return (
    <label
      className={styles.choice}
      style={{ ['--label-color' as string]: labelColor(index, choice.background) }}
    >
      <input
        type={multiple ? 'checkbox' : 'radio'}
        name={group}
        checked={checked}
        onChange={onPress}
        aria-keyshortcuts={shortcut ?? undefined}
      />
      <span className={multiple ? styles.box : styles.dot} aria-hidden="true">
        {checked && <Icon name="check" size={12} />}
      </span>
      <span className={styles.words}>
        <span dir="auto">{choice.label}</span>
        {choice.hint && (
          <small dir="auto" className={styles.hint}>
            {choice.hint}
          </small>
        )}
      </span>
      {shortcut && <Key name={shortcut} />}
    </label>
  );
}
