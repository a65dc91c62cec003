import { useState } from 'react';
import type { FullSession } from '../../api/lead/account';
import { asProblem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { State } from '../../ui/State';
import { Failed } from '../parts/Loaded';
import styles from './Account.module.css';
import { useChangeMe } from './use_change_me';
import { words } from './words';

const FIELDS = ['current_password', 'new_password'];

export function PasswordForm({ session }: { session: FullSession }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useChangeMe(words.passwordSaved);
  const problem = change.error ? asProblem(change.error) : null;
  const errorOf = (field: string) =>
    problem?.field === field ? `${problem.message} ${problem.action}` : null;
  const save = () =>
    change.mutate(
      { new_password: next, ...(session.has_password && { current_password: current }) },
      {
        onSuccess: () => {
          setCurrent('');
          setNext('');
        },
      },
    );
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {session.has_password && (
        <TextField
          label={words.current}
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onChange={setCurrent}
          error={errorOf('current_password')}
        />
      )}
      <TextField
        label={words.next}
        hint={words.nextHint}
        type="password"
        autoComplete="new-password"
        required
        maxLength={200}
        value={next}
        onChange={setNext}
        error={errorOf('new_password')}
      />
      {problem && !FIELDS.includes(problem.field ?? '') && <Failed error={problem} />}
      <div className={styles.line}>
        <Button type="submit" busy={change.isPending} disabled={next === ''}>
          {session.has_password ? words.changePassword : words.setPassword}
        </Button>
        {change.isSuccess && next === '' && <State tone="good">{words.passwordSaved}</State>}
      </div>
    </form>
  );
}
