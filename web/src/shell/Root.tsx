import { Outlet, useMatches } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { announce } from '../ui/announcer';
import { Button } from '../ui/Button';
import { ProblemNote } from '../ui/ProblemNote';
import { Late, Skeleton } from '../ui/Skeleton';
import { Centered } from './Centered';
import { loadSession, useSessionState } from './session';
import { Signed } from './Signed';
import { useTitle } from './title';
import { words } from './words';

const Frame = lazy(() => import('./Frame').then((file) => ({ default: file.Frame })));
const SignInHere = lazy(() =>
  import('./SignInHere').then((file) => ({ default: file.SignInHere })),
);
const SignInAgain = lazy(() =>
  import('./SignInAgain').then((file) => ({ default: file.SignInAgain })),
);

/** Around every page: session, frame, title, focus after navigation, the shell's keys. */
export function Root() {
  const match = useMatches().at(-1);
  const page = match?.staticData ?? {};
  useTitle(page.title);
  useFocusAfterNavigation(match?.pathname ?? '/');
  return (
    <>
      <a className="skip-link" href="#content">
        {words.skipLink}
      </a>
      <Suspense fallback={<Late>{words.loading}</Late>}>
        {page.open ? <Outlet /> : <Guarded framed={page.chrome !== 'bare'} />}
      </Suspense>
    </>
  );
}

/** Pages for people who are signed in. Nobody signs in here, and the address stays. */
function Guarded({ framed }: { framed: boolean }) {
  const state = useSessionState();
  switch (state.status) {
    case 'loading':
      return <Loading />;
    case 'nobody':
      return <SignInHere />;
    case 'failed':
      return (
        <Centered title={words.notReached}>
          <ProblemNote what={state.problem.message} action={state.problem.action}>
            <Button onClick={() => void loadSession()}>{words.tryAgain}</Button>
          </ProblemNote>
        </Centered>
      );
    case 'someone':
      return (
        <Signed>
          {framed ? (
            <Frame>
              <Outlet />
            </Frame>
          ) : (
            <Outlet />
          )}
          {state.expired && <SignInAgain email={state.session.person.email} />}
        </Signed>
      );
  }
}

function Loading() {
  return (
    <Late>
      <Centered title={words.loading}>
        <Skeleton />
      </Centered>
    </Late>
  );
}

/** A new page is told by its title, and the keyboard starts at its top, not at the old link. */
function useFocusAfterNavigation(pathname: string) {
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    const timer = setTimeout(() => {
      const target =
        document.querySelector<HTMLElement>('[data-page-title]') ??
        document.getElementById('content');
      target?.focus({ preventScroll: true });
      announce(document.title);
    }, 50);
    return () => clearTimeout(timer);
  }, [pathname]);
}
