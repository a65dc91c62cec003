import { useState } from 'react';
import type { Project } from '../../api/lead/projects';
import { Button } from '../../ui/Button';
import { TextArea, TextField } from '../../ui/Field';
import { Part } from '../../ui/Part';
import { State } from '../../ui/State';
import { Failed } from '../parts/Loaded';
import styles from './Settings.module.css';
import { useChangeProject } from './use_change_project';
import { words } from './words';

export function AboutForm({ project }: { project: Project }) {
  const [title, setTitle] = useState(project.title);
  const [description, setDescription] = useState(project.description);
  const change = useChangeProject(project.id);
  const same = title.trim() === project.title && description === project.description;
  return (
    <Part title={words.about}>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ title: title.trim(), description });
        }}
      >
        <TextField
          label={words.titleField}
          required
          maxLength={200}
          value={title}
          onChange={setTitle}
        />
        <TextArea
          label={words.description}
          hint={words.descriptionHint}
          rows={2}
          maxLength={4000}
          value={description}
          onChange={setDescription}
        />
        {change.error && <Failed error={change.error} />}
        <div className={styles.line}>
          <Button type="submit" busy={change.isPending} disabled={same || title.trim() === ''}>
            {words.save}
          </Button>
          {change.isSuccess && same && <State tone="good">{words.saved}</State>}
        </div>
      </form>
    </Part>
  );
}
