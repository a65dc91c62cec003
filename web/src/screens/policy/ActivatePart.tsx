import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { changePolicy, policy, type Policy } from '../../api/lead/quality';
import { asProblem } from '../../api/problem';
import type { View } from '../../api/server';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Part } from '../../ui/Part';
import { Notice } from '../../ui/State';
import { Failed } from '../parts/Loaded';
import type { VersionDraft } from '../parts/use_version_draft';
import styles from './Policy.module.css';
import type { DryRun } from './use_preview';
import { words } from './words';

interface Props {
  projectId: string;
  current: View['PolicyView'];
  draft: VersionDraft<Policy>;
  run: DryRun;
}

/** Why it is changed, and the button that puts it in force. */
export function ActivatePart({ projectId, current, draft, run }: Props) {
  const [note, setNote] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const change = useMutation({
    mutationFn: () => changePolicy(projectId, { document: draft.content, note: note.trim() }),
    onSuccess: (saved) => {
      draft.forget();
      setNote('');
      client.setQueryData(policy(projectId).queryKey, saved);
      void client.invalidateQueries({ queryKey: ['project', projectId] });
      announce(words.inForce(saved.version));
      void navigate({
        to: '/projects/$projectId/policy',
        params: { projectId },
        search: saved.job === null ? {} : { job: saved.job },
        replace: true,
        resetScroll: false,
      });
    },
  });
  // What it refuses at a field is shown there and beside, by the dry run.
  const shown = change.error && asProblem(change.error).status !== 422 ? change.error : null;
  const stopped = run.incomplete || run.problem?.status === 422;
  if (!draft.changed) return null;
  return (
    <Part title={words.put}>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        {draft.found && <Notice>{words.found}</Notice>}
        {draft.outdated && (
          <Notice tone="warn" icon="warn">
            {words.outdated(current.version)}
          </Notice>
        )}
        <TextField
          label={words.note}
          hint={words.noteHint}
          maxLength={4000}
          value={note}
          onChange={setNote}
        />
        {shown && <Failed error={shown} />}
        <div className={styles.line}>
          <Button look="main" type="submit" busy={change.isPending} disabled={stopped}>
            {words.activate(current.version + 1)}
          </Button>
          <Button look="quiet" onClick={draft.forget}>
            {words.discard}
          </Button>
        </div>
      </form>
    </Part>
  );
}
