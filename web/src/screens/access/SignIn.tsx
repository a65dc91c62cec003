import { Navigate, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { asProblem, type Problem } from '../../api/problem';
import { signInByLink } from '../../api/session';
import { accessWords as words } from '../../shell/access_words';
import { Centered } from '../../shell/Centered';
import { takeFragment } from '../../shell/fragment';
import { SignInHere } from '../../shell/SignInHere';
import { enter, useSessionState } from '../../shell/session';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';

/** /sign-in, and /sign-in#link=TOKEN: a link that signs in once. */
export function SignIn() {
  const [token, setToken] = useState(() => takeFragment('link'));
  const state = useSessionState();
  if (token !== null) return <ByLink token={token} onGiveUp={() => setToken(null)} />;
  if (state.status === 'someone') return <Navigate to="/" replace />;
  return <SignInHere />;
}

/** Tokens already posted: a link works once, and React may run an effect twice. */
const posted = new Set<string>();

function ByLink({ token, onGiveUp }: { token: string; onGiveUp: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const navigate = useNavigate();
  useEffect(() => {
    if (posted.has(token)) return;
    posted.add(token);
    signInByLink(token).then(
      (session) => {
        enter(session);
        void navigate({ to: '/', replace: true });
      },
      (error: unknown) => setProblem(asProblem(error)),
    );
  }, [token, navigate]);
  if (!problem) return <Centered title={words.linkTitle} />;
  return (
    <Centered title={words.linkFailed} lead={words.linkHint}>
      <ProblemNote what={problem.message} action={problem.action} />
      <Button look="main" onClick={onGiveUp}>
        {words.passwordInstead}
      </Button>
    </Centered>
  );
}
