import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  changeLabelConfig,
  checkedLabelConfig,
  labelConfig,
  type LabelConfig,
} from '../../api/lead/label_config';
import { asProblem } from '../../api/problem';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Part } from '../../ui/Part';
import { Notice } from '../../ui/State';
import { LabelConfigEditor } from '../parts/LabelConfigEditor';
import { LabelConfigPreview } from '../parts/LabelConfigPreview';
import { useVersionDraft } from '../parts/use_version_draft';
import styles from './Settings.module.css';
import { words } from './words';

/** What is asked: shown as annotators see it, and changed as a new version. */
export function LabelConfigPart({
  projectId,
  current,
}: {
  projectId: string;
  current: LabelConfig;
}) {
  const draft = useVersionDraft(`label-config.${projectId}`, current.version, current.label_config);
  const [open, setOpen] = useState(draft.found);
  const [note, setNote] = useState('');
  const client = useQueryClient();
  const sample = useQuery(checkedLabelConfig(current.label_config)).data?.sample;
  const change = useMutation({
    mutationFn: () =>
      changeLabelConfig(projectId, { label_config: draft.content, note: note.trim() }),
    onSuccess: (saved) => {
      draft.forget();
      client.setQueryData(labelConfig(projectId).queryKey, saved);
      announce(words.saved);
      return client.invalidateQueries({ queryKey: ['project', projectId] });
    },
  });
  return (
    <Part
      title={words.labelConfig}
      lead={words.labelConfigLead(current.version)}
      tools={
        <Button look="quiet" icon="edit" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? words.hideLabelConfig : words.editLabelConfig}
        </Button>
      }
    >
      {!open && (
        <section className={styles.preview} aria-label={words.preview}>
          <LabelConfigPreview
            outline={current.outline}
            controls={current.controls}
            sample={sample ?? {}}
          />
        </section>
      )}
      {open && (
        <form
          className={styles.wide}
          onSubmit={(event) => {
            event.preventDefault();
            change.mutate();
          }}
        >
          {draft.found && <Notice>{words.found}</Notice>}
          {draft.outdated && <Outdated version={current.version} />}
          <LabelConfigEditor
            value={draft.content}
            onChange={draft.set}
            refused={change.error ? asProblem(change.error) : null}
          />
          {draft.changed && (
            <SaveLine
              version={current.version + 1}
              note={note}
              onNote={setNote}
              busy={change.isPending}
              onDiscard={draft.forget}
            />
          )}
        </form>
      )}
    </Part>
  );
}

const Outdated = ({ version }: { version: number }) => (
  <Notice tone="warn" icon="warn">
    {words.outdated(version)}
  </Notice>
);

interface SaveProps {
  version: number;
  note: string;
  onNote: (note: string) => void;
  busy: boolean;
  onDiscard: () => void;
}

const SaveLine = ({ version, note, onNote, busy, onDiscard }: SaveProps) => (
  <div className={styles.fields}>
    <TextField label={words.note} maxLength={4000} value={note} onChange={onNote} />
    <div className={styles.line}>
      <Button look="main" type="submit" busy={busy}>
        {words.savePolicy(version)}
      </Button>
      <Button look="quiet" onClick={onDiscard}>
        {words.discard}
      </Button>
    </div>
  </div>
);
