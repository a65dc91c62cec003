import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { queue, setSkills, type Skills, type Worker } from '../../api/lead/queue';
import { Button } from '../../ui/Button';
import { Actions, Dialog } from '../../ui/Dialog';
import { TextField } from '../../ui/Field';
import { CheckField } from '../../ui/NumberField';
import { offerUndo } from '../../ui/Undo';
import { Failed } from '../parts/Loaded';
import styles from './Queue.module.css';
import { BACKUP, readSkills, writeSkills, type SkillDraft } from './skills';
import { words } from './words';

interface Props {
  projectId: string;
  worker: Worker;
  /** Skills that somebody has already. */
  known: readonly string[];
  onClose: () => void;
}

/** What somebody can do here, each skill for ever or to the end of a day. */
export function SkillsDialog({ projectId, worker, known, onClose }: Props) {
  const [before] = useState(worker.skills);
  const [drafts, setDrafts] = useState(() => readSkills(worker.skills));
  const client = useQueryClient();
  const { id, name } = worker.person;
  const save = useMutation({
    mutationFn: (skills: Skills) => setSkills(projectId, id, skills),
    onSuccess: () => client.invalidateQueries({ queryKey: queue(projectId).queryKey }),
  });
  const shown = drafts.filter((one) => one.name !== BACKUP);
  const change = (next: SkillDraft) =>
    setDrafts(drafts.map((one) => (one.name === next.name ? next : one)));
  const remove = (gone: string) => setDrafts(drafts.filter((one) => one.name !== gone));
  return (
    <Dialog title={words.skillsTitle(name)} onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(writeSkills(drafts, before), {
            onSuccess: () => {
              onClose();
              offerUndo(words.skillsSaved(name), () => save.mutate(before));
            },
          });
        }}
      >
        <p className={styles.quiet}>{words.skillsText}</p>
        {shown.length === 0 && <p className={styles.quiet}>{words.noSkills}</p>}
        <SkillList drafts={shown} onChange={change} onRemove={remove} />
        <NewSkill
          known={known.filter((one) => one !== BACKUP && !drafts.some((two) => two.name === one))}
          onAdd={(skill) =>
            drafts.some((one) => one.name === skill) ||
            setDrafts([...drafts, { name: skill, lastDay: '' }])
          }
        />
        <CheckField
          label={words.backup}
          hint={words.backupHint}
          checked={drafts.some((one) => one.name === BACKUP)}
          onChange={(on) =>
            on ? setDrafts([...drafts, { name: BACKUP, lastDay: '' }]) : remove(BACKUP)
          }
        />
        {save.error && <Failed error={save.error} />}
        <Actions>
          <Button look="quiet" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button look="main" type="submit" busy={save.isPending}>
            {words.saveSkills}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}

function NewSkill({ known, onAdd }: { known: readonly string[]; onAdd: (skill: string) => void }) {
  const [typed, setTyped] = useState('');
  const list = useId();
  const add = () => {
    if (typed.trim() === '') return;
    onAdd(typed.trim());
    setTyped('');
  };
  return (
    <div className={styles.add}>
      <TextField
        label={words.skill}
        hint={words.skillHint}
        autoComplete="off"
        maxLength={60}
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
      <Button icon="add" disabled={typed.trim() === ''} onClick={add}>
        {words.skillAdd}
      </Button>
    </div>
  );
}

interface ListProps {
  drafts: readonly SkillDraft[];
  onChange: (draft: SkillDraft) => void;
  onRemove: (name: string) => void;
}

const SkillList = ({ drafts, onChange, onRemove }: ListProps) => (
  <>
    <ul className={styles.skills}>
      {drafts.map((draft) => (
        <li key={draft.name}>
          <TextField
            type="date"
            label={words.endOf(draft.name)}
            value={draft.lastDay}
            onChange={(lastDay) => onChange({ ...draft, lastDay })}
          />
          <Button look="quiet" icon="close" iconOnly onClick={() => onRemove(draft.name)}>
            {words.removeSkill(draft.name)}
          </Button>
        </li>
      ))}
    </ul>
    {drafts.length > 0 && <p className={styles.quiet}>{words.noEnd}</p>}
  </>
);
