import { useState } from 'react';
import type { Project } from '../../api/lead/projects';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Part } from '../../ui/Part';
import { Failed } from '../parts/Loaded';
import styles from './Settings.module.css';
import { useChangeProject } from './use_change_project';
import { words } from './words';

/** Puts a project away. It stops everybody's work, so its name is typed first. */
export function Archive({ project }: { project: Project }) {
  const [typed, setTyped] = useState('');
  const change = useChangeProject(project.id);
  if (project.state === 'archived') {
    return (
      <Part title={words.unarchive} lead={words.unarchiveLead}>
        {change.error && <Failed error={change.error} />}
        <div>
          <Button busy={change.isPending} onClick={() => change.mutate({ state: 'open' })}>
            {words.unarchive}
          </Button>
        </div>
      </Part>
    );
  }
  return (
    <Part title={words.archive} lead={words.archiveLead}>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ state: 'archived' }, { onSuccess: () => setTyped('') });
        }}
      >
        <TextField
          label={words.archiveType(project.title)}
          autoComplete="off"
          value={typed}
          onChange={setTyped}
        />
        {change.error && <Failed error={change.error} />}
        <div>
          <Button type="submit" busy={change.isPending} disabled={typed.trim() !== project.title}>
            {words.archiveButton}
          </Button>
        </div>
      </form>
    </Part>
  );
}
