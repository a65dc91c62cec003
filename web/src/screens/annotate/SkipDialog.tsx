import { useState } from 'react';
import { Button } from '../../ui/Button';
import { Actions, Dialog } from '../../ui/Dialog';
import { TextField } from '../../ui/Field';
import { Key } from '../../ui/Key';
import type { KeyBinding } from '../../ui/keys';
import styles from './SkipDialog.module.css';
import { words } from './words';

interface Props {
  reasons: readonly { id: string; title: string }[];
  onSkip: (reason: string, note: string) => void;
  onClose: () => void;
}

const OTHER = 'other';

/** Why a task is skipped: a number key and Enter. */
export function SkipDialog({ reasons, onSkip, onClose }: Props) {
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const free = reasons.length === 0;

  const skip = () => {
    if (free && note.trim() === '') setProblem(words.skipNoteNeeded);
    else if (!free && reason === null) setProblem(words.skipChoose);
    else {
      onClose();
      onSkip(reason ?? OTHER, note.trim());
    }
  };

  const keys: KeyBinding[] = reasons.slice(0, 9).map(({ id, title }, place) => ({
    id: `skip.${id}`,
    keys: [String(place + 1)],
    title,
    group: words.skipTitle,
    run: () => setReason(id),
  }));
  keys.push({ id: 'skip', keys: ['enter'], title: words.skip, group: '', run: skip });

  return (
    <Dialog title={words.skipTitle} onClose={onClose} keys={keys}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          skip();
        }}
      >
        {!free && (
          <fieldset className={styles.reasons}>
            <legend>{words.skipWhy}</legend>
            {reasons.map(({ id, title }, place) => (
              <label key={id} className={styles.reason}>
                <input
                  type="radio"
                  name="reason"
                  checked={reason === id}
                  data-autofocus={place === 0 || undefined}
                  onChange={() => setReason(id)}
                />
                <span>{title}</span>
                {place < 9 && <Key name={String(place + 1)} />}
              </label>
            ))}
          </fieldset>
        )}
        <TextField
          label={free ? words.skipWhy : words.skipNote}
          value={note}
          maxLength={2000}
          autoFocus={free}
          onChange={setNote}
          error={problem}
        />
        <Actions>
          <Button look="quiet" shortcut="escape" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button look="main" type="submit" shortcut="enter">
            {words.skip}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
