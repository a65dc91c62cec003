import { useState } from 'react';
import type { FullSession } from '../../api/lead/account';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { State } from '../../ui/State';
import { Failed } from '../parts/Loaded';
import styles from './Account.module.css';
import { useChangeMe } from './use_change_me';
import { words } from './words';

export function NameForm({ session }: { session: FullSession }) {
  const [name, setName] = useState(session.person.name);
  const change = useChangeMe(words.saved);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ name: name.trim() });
      }}
    >
      {session.person.email && (
        <p className={styles.quiet}>{`${words.email}: ${session.person.email}`}</p>
      )}
      <TextField
        label={words.name}
        autoComplete="name"
        required
        maxLength={120}
        value={name}
        onChange={setName}
      />
      {change.error && <Failed error={change.error} />}
      <div className={styles.line}>
        <Button
          type="submit"
          busy={change.isPending}
          disabled={name.trim() === session.person.name}
        >
          {words.save}
        </Button>
        {change.isSuccess && name.trim() === session.person.name && (
          <State tone="good">{words.saved}</State>
        )}
      </div>
    </form>
  );
}
