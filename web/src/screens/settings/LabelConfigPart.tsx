import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { checkedLabelConfig, type LabelConfig } from '../../api/lead/label_config';
import { asProblem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Part } from '../../ui/Part';
import { Notice } from '../../ui/State';
import { LabelConfigEditor } from '../parts/LabelConfigEditor';
import { LabelConfigPreview } from '../parts/LabelConfigPreview';
import { ConfigChange, refusal } from './ConfigChange';
import { useConfigChange } from './use_config_change';
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
  const change = useConfigChange(projectId, draft);
  const { seen, refused } = change;
  const sample = useQuery(checkedLabelConfig(current.label_config)).data?.sample;
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
            change.next();
          }}
        >
          {draft.found && <Notice>{words.found}</Notice>}
          {draft.outdated && <Outdated version={current.version} />}
          <LabelConfigEditor
            value={draft.content}
            onChange={change.edit}
            refused={refused ? asProblem(refused) : null}
          />
          {draft.changed && seen && (
            <ConfigChange found={seen} busy={change.busy} onMapping={change.look} />
          )}
          {draft.changed && (
            <SaveLine
              version={current.version + 1}
              note={change.note}
              onNote={change.setNote}
              seen={seen !== null}
              refused={seen ? refusal(seen) : null}
              busy={change.busy}
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
  seen: boolean;
  refused: string | null;
  note: string;
  onNote: (note: string) => void;
  busy: boolean;
  onDiscard: () => void;
}

const SaveLine = ({ version, seen, refused, note, onNote, busy, onDiscard }: SaveProps) => (
  <div className={styles.fields}>
    <TextField label={words.note} maxLength={4000} value={note} onChange={onNote} />
    {refused !== null && <Notice tone="warn">{refused}</Notice>}
    <div className={styles.line}>
      <Button look="main" type="submit" busy={busy} disabled={refused !== null}>
        {seen ? words.savePolicy(version) : words.lookAtChange}
      </Button>
      <Button look="quiet" onClick={onDiscard}>
        {words.discard}
      </Button>
    </div>
  </div>
);
