import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  previewRevert,
  setAside,
  type Again,
  type RevertPreview,
  type RevertSelection,
} from '../../api/lead/records';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { TextArea } from '../../ui/Field';
import { OptionCards } from '../../ui/OptionCards';
import { Part } from '../../ui/Part';
import { Failed } from '../parts/Loaded';
import { PreviewPart } from './PreviewPart';
import styles from './Records.module.css';
import { EMPTY, newId, selectionOf } from './selection';
import { SelectionFields } from './SelectionFields';
import { words } from './words';

const AGAINS: readonly Again[] = ['others', 'anybody', 'nobody'];

/** Choose, look at the numbers, say why, apply. */
export function SetAside({ projectId }: { projectId: string }) {
  const [typed, setTyped] = useState(EMPTY);
  const [again, setAgain] = useState<Again>('others');
  const [seen, setSeen] = useState<Seen | null>(null);
  const selection = selectionOf(typed);
  const look = useMutation({
    mutationFn: (asked: RevertSelection) => previewRevert(projectId, { selection: asked, again }),
    onSuccess: (preview, asked) =>
      setSeen({ preview, selection: { ...asked, until: preview.until }, again, id: newId() }),
  });
  if (seen !== null) {
    return (
      <Part title={words.aside}>
        <Apply
          projectId={projectId}
          seen={seen}
          onBack={() => setSeen(null)}
          onDone={() => {
            setSeen(null);
            setTyped(EMPTY);
          }}
        />
      </Part>
    );
  }
  return (
    <Part title={words.aside} lead={words.asideLead}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (selection !== null) look.mutate(selection);
        }}
      >
        <SelectionFields projectId={projectId} typed={typed} onChange={setTyped} />
        <OptionCards
          label={words.again}
          small
          value={again}
          onChange={setAgain}
          options={AGAINS.map((value) => ({
            value,
            title: words.agains[value],
            text: words.againTexts[value],
          }))}
        />
        {look.error && <Failed error={look.error} />}
        <div className={styles.go}>
          <Button type="submit" look="main" busy={look.isPending} disabled={selection === null}>
            {words.preview}
          </Button>
          {selection === null && <span className={styles.quiet}>{words.selectFirst}</span>}
        </div>
      </form>
    </Part>
  );
}

interface Seen {
  preview: RevertPreview;
  selection: RevertSelection;
  again: Again;
  id: string;
}

interface ApplyProps {
  projectId: string;
  seen: Seen;
  onBack: () => void;
  onDone: () => void;
}

function Apply({ projectId, seen, onBack, onDone }: ApplyProps) {
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const apply = useMutation({
    mutationFn: () =>
      setAside(projectId, {
        id: seen.id,
        selection: seen.selection,
        again: seen.again,
        reason: reason.trim(),
      }),
    onSuccess: () => {
      announce(words.applied);
      void client.invalidateQueries({ queryKey: ['project', projectId] });
      onDone();
    },
  });
  const { preview } = seen;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        apply.mutate();
      }}
    >
      <PreviewPart projectId={projectId} preview={preview} again={seen.again} />
      {preview.annotations > 0 && (
        <TextArea
          label={words.reason}
          hint={words.reasonHint}
          rows={2}
          maxLength={4000}
          value={reason}
          onChange={setReason}
        />
      )}
      {apply.error && <Failed error={apply.error} />}
      <div className={styles.go}>
        <Button onClick={onBack}>{words.change}</Button>
        {preview.annotations > 0 && (
          <Button type="submit" look="main" busy={apply.isPending} disabled={reason.trim() === ''}>
            {words.apply(preview.annotations)}
          </Button>
        )}
      </div>
    </form>
  );
}
