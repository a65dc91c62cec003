import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Project } from '../../api/lead/projects';
import { changePolicy, policy, type Policy } from '../../api/lead/quality';
import type { View } from '../../api/server';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Part } from '../../ui/Part';
import { Notice } from '../../ui/State';
import { Failed } from '../parts/Loaded';
import { useVersionDraft } from '../parts/use_version_draft';
import { PolicyBasics } from './PolicyBasics';
import { PolicyFields } from './PolicyFields';
import styles from './Settings.module.css';
import { words } from './words';

/** The quality settings; saving them makes a new version. */
export function PolicyPart({
  project,
  policy: current,
}: {
  project: Project;
  policy: View['PolicyView'];
}) {
  const draft = useVersionDraft<Policy>(`policy.${project.id}`, current.version, current.document);
  const { content: document, set: setDocument } = draft;
  const [note, setNote] = useState('');
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () => changePolicy(project.id, { document, note: note.trim() }),
    onSuccess: (saved) => {
      draft.forget();
      client.setQueryData(policy(project.id).queryKey, saved);
      announce(words.saved);
      return client.invalidateQueries({ queryKey: ['project', project.id] });
    },
  });
  const outOfOrder = document.agreement_warning > document.agreement_target;
  return (
    <Part title={words.policy} id="policy" lead={words.policyLead(current.version)}>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <PolicyBasics
          value={document}
          onChange={(basics) => setDocument({ ...document, ...basics })}
        />
        <PolicyFields
          value={document}
          onChange={setDocument}
          warning={outOfOrder ? words.outOfOrder : null}
        />
        {draft.changed && (
          <>
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
            {change.error && <Failed error={change.error} />}
            <div className={styles.line}>
              <Button look="main" type="submit" busy={change.isPending} disabled={outOfOrder}>
                {words.savePolicy(current.version + 1)}
              </Button>
              <Button look="quiet" onClick={draft.forget}>
                {words.discard}
              </Button>
            </div>
          </>
        )}
      </form>
    </Part>
  );
}
