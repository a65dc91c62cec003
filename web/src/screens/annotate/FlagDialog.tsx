import { useState } from 'react';
import { Button } from '../../ui/Button';
import { Actions, Dialog } from '../../ui/Dialog';
import { SelectField, TextArea } from '../../ui/Field';
import type { KeyBinding } from '../../ui/keys';
import styles from './SkipDialog.module.css';
import { words } from './words';

interface Props {
  rules: readonly { id: string; text: string }[];
  onFlag: (note: string, rule: string | null) => void;
  onClose: () => void;
}

const RULE_CHARACTERS = 60;

/** A question about the guideline, beside the task it came up at. Ctrl/Cmd-Enter sends it. */
export function FlagDialog({ rules, onFlag, onClose }: Props) {
  const [note, setNote] = useState('');
  const [rule, setRule] = useState('');
  const [problem, setProblem] = useState<string | null>(null);

  const send = () => {
    if (note.trim() === '') {
      setProblem(words.flagNeeded);
      return;
    }
    onClose();
    onFlag(note.trim(), rule || null);
  };

  const keys: KeyBinding[] = [
    {
      id: 'flag.send',
      keys: ['mod+enter'],
      title: words.flagSend,
      group: words.flagTitle,
      whileTyping: true,
      run: send,
    },
  ];

  return (
    <Dialog title={words.flagTitle} onClose={onClose} keys={keys}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TextArea
          label={words.flagNote}
          hint={words.flagText}
          rows={4}
          maxLength={2000}
          autoFocus
          value={note}
          onChange={setNote}
          error={problem}
        />
        {rules.length > 0 && (
          <SelectField
            label={words.flagRule}
            value={rule}
            onChange={setRule}
            options={[
              { value: '', title: words.flagNoRule },
              ...rules.map(({ id, text }) => ({ value: id, title: ruleTitle(id, text) })),
            ]}
          />
        )}
        <Actions>
          <Button look="quiet" shortcut="escape" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button look="main" type="submit" shortcut="mod+enter">
            {words.flagSend}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}

function ruleTitle(id: string, text: string): string {
  const cut = text.length > RULE_CHARACTERS ? `${text.slice(0, RULE_CHARACTERS)}…` : text;
  return `${id} · ${cut}`;
}
