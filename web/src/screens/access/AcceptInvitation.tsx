import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { asProblem, Problem } from '../../api/problem';
import { acceptInvitation, previewInvitation } from '../../api/session';
import type { Invitation } from '../../api/types';
import { accessWords as words } from '../../shell/access_words';
import { Centered } from '../../shell/Centered';
import { takeFragment } from '../../shell/fragment';
import { enter } from '../../shell/session';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { ProblemNote } from '../../ui/ProblemNote';
import styles from './AcceptInvitation.module.css';

/** /invitation#token=…: who invites, to what; then a name and, if wished, a password. */
export function AcceptInvitation() {
  const [token] = useState(() => takeFragment('token'));
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  useEffect(() => {
    if (token === null) return;
    previewInvitation(token).then(setInvitation, (error: unknown) => setProblem(asProblem(error)));
  }, [token]);

  if (token === null)
    return <Centered title={words.invitationFailed} lead={words.invitationMissing} />;
  if (problem) {
    return (
      <Centered title={words.invitationFailed}>
        <ProblemNote what={problem.message} action={problem.action} />
      </Centered>
    );
  }
  if (!invitation) return <Centered title={words.invitationLoading} />;
  return (
    <Centered
      title={words.invitationTitle(invitation.workspace_name)}
      lead={words.invitationLead(words.roles[invitation.role], invitation.project_titles)}
    >
      <JoinForm token={token} invitation={invitation} />
    </Centered>
  );
}

/** Problems of these stand beside the field. */
const FIELDS = new Set(['name', 'email', 'password']);

function JoinForm({ token, invitation }: { token: string; invitation: Invitation }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const errorOf = (field: string) => (problem?.field === field ? problem.message : null);

  const join = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const optional = { ...(email && { email: email.trim() }), ...(password && { password }) };
      enter(await acceptInvitation({ token, name: name.trim(), ...optional }));
      await navigate({ to: '/', replace: true });
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
        void join();
      }}
    >
      {problem && !FIELDS.has(problem.field ?? '') && (
        <ProblemNote what={problem.message} action={problem.action} />
      )}
      {invitation.email && <p className={styles.email}>{words.emailFixed(invitation.email)}</p>}
      <TextField
        label={words.name}
        hint={words.nameHint}
        autoComplete="name"
        required
        autoFocus
        maxLength={200}
        value={name}
        onChange={setName}
        error={errorOf('name')}
      />
      {invitation.needs_email && (
        <TextField
          label={words.email}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={setEmail}
          error={errorOf('email')}
        />
      )}
      <TextField
        label={words.newPassword}
        hint={words.newPasswordHint}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        error={errorOf('password')}
      />
      <Button look="main" type="submit" wide busy={busy}>
        {words.join}
      </Button>
    </form>
  );
}
