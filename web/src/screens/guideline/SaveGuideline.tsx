import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  changeGuideline,
  guideline,
  newestGuideline,
  type GuidelineDocument,
} from '../../api/lead/guideline';
import { Problem } from '../../api/problem';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Failed } from '../parts/Loaded';
import type { VersionDraft } from '../parts/use_version_draft';
import { finished } from './document';
import styles from './GuidelineEditor.module.css';
import { words } from './words';

interface Props {
  projectId: string;
  /** The newest version that is known. */
  version: number;
  draft: VersionDraft<GuidelineDocument>;
}

const OUTDATED = 'outdated';

/** Saves the draft as the next version, unless somebody else was quicker. */
export function SaveGuideline({ projectId, version, draft }: Props) {
  const [note, setNote] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: async ({ anyway }: { anyway: boolean }) => {
      const now = await newestGuideline(projectId);
      if (now.version !== draft.base && !anyway) {
        const action = words.outdatedAction;
        throw new Problem(409, { code: OUTDATED, detail: words.outdated(now.version), action });
      }
      return changeGuideline(projectId, { document: finished(draft.content), note: note.trim() });
    },
    onSuccess: (saved) => {
      draft.forget();
      client.setQueryData(guideline(projectId).queryKey, saved);
      void client.invalidateQueries({ queryKey: ['project', projectId] });
      announce(words.version(saved.version));
      void navigate({ to: '/projects/$projectId/guideline', params: { projectId } });
    },
  });
  const outdated = save.error instanceof Problem && save.error.code === OUTDATED;
  return (
    <form
      className={styles.save}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ anyway: false });
      }}
    >
      {save.error && <Failed error={save.error} />}
      {draft.changed && (
        <TextField
          label={words.note}
          hint={words.noteHint}
          maxLength={4000}
          value={note}
          onChange={setNote}
        />
      )}
      <div className={styles.buttons}>
        {draft.changed ? (
          <Button look="quiet" onClick={draft.forget}>
            {words.discard}
          </Button>
        ) : (
          <span className={styles.quiet}>{words.unchanged}</span>
        )}
        {outdated && (
          <Button onClick={() => save.mutate({ anyway: true })}>{words.saveAnyway}</Button>
        )}
        <Button look="main" type="submit" busy={save.isPending} disabled={!draft.changed}>
          {words.save(version + 1)}
        </Button>
      </div>
    </form>
  );
}
