import { useState } from 'react';
import { asProblem, type Problem } from '../api/problem';
import { signIn } from '../api/session';
import { Button } from '../ui/Button';
import { TextField } from '../ui/Field';
import { ProblemNote } from '../ui/ProblemNote';
import { accessWords as words } from './access_words';
import styles from './SignInForm.module.css';
import { enter } from './session';

/** E-mail and password; also used in place, when a session ends in the middle of work. */
export function SignInForm({ knownEmail }: { knownEmail?: string }) {
  const [email, setEmail] = useState(knownEmail ?? '');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      enter(await signIn(email.trim(), password));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {problem && <ProblemNote what={problem.message} action={problem.action} />}
      <TextField
        label={words.email}
        type="email"
        autoComplete="username"
        required
        autoFocus={!knownEmail}
        value={email}
        onChange={setEmail}
      />
      <TextField
        label={words.password}
        type="password"
        autoComplete="current-password"
        required
        autoFocus={Boolean(knownEmail)}
        value={password}
        onChange={setPassword}
      />
      <Button look="main" type="submit" wide busy={busy}>
        {words.signIn}
      </Button>
    </form>
  );
}
