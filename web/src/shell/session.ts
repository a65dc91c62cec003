import { onSignedOut, setCsrfToken } from '../api/client';
import { asProblem, Problem } from '../api/problem';
import { getSession, signOut as endSession } from '../api/session';
import type { Session } from '../api/types';
import { Cell, useCell } from '../ui/cell';

export type SessionState =
  | { status: 'loading' }
  | { status: 'nobody' }
  | { status: 'failed'; problem: Problem }
  /** `expired`: the server no longer knows us, but the page stays as it is until we sign in again. */
  | { status: 'someone'; session: Session; expired: boolean };

export const sessionCell = new Cell<SessionState>({ status: 'loading' });

onSignedOut(() => {
  const state = sessionCell.get();
  if (state.status === 'someone') sessionCell.set({ ...state, expired: true });
});

/** Takes over a session that the server just gave. Another person than before starts afresh. */
export function enter(session: Session): void {
  const before = sessionCell.get();
  setCsrfToken(session.csrf_token);
  if (before.status === 'someone' && before.session.person.id !== session.person.id) {
    globalThis.location.assign('/');
    return;
  }
  sessionCell.set({ status: 'someone', session, expired: false });
}

/** Asks the server who we are. */
export async function loadSession(): Promise<void> {
  try {
    enter(await getSession());
  } catch (error) {
    const problem = asProblem(error);
    const before = sessionCell.get();
    if (problem.status !== 401) {
      if (before.status !== 'someone') sessionCell.set({ status: 'failed', problem });
      return;
    }
    if (before.status === 'someone') sessionCell.set({ ...before, expired: true });
    else sessionCell.set({ status: 'nobody' });
  }
}

export async function signOut(): Promise<void> {
  await endSession();
  globalThis.location.assign('/');
}

export const useSessionState = (): SessionState => useCell(sessionCell);

/** The session on pages that are only shown to somebody. */
export function useSession(): Session {
  const state = useSessionState();
  if (state.status !== 'someone') throw new Error('this page needs a session');
  return state.session;
}
