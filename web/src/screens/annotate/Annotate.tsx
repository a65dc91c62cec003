import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { asProblem, type Problem } from '../../api/problem';
import { Centered } from '../../shell/Centered';
import { outboxCell } from '../../shell/outbox/mine';
import { sessionCell, useSession } from '../../shell/session';
import { useTitle } from '../../shell/title';
import { Button } from '../../ui/Button';
import { useCell } from '../../ui/cell';
import { ProblemNote } from '../../ui/ProblemNote';
import { Late } from '../../ui/Skeleton';
import { watchActivity } from './active_clock';
import { openWorkbench, type Opened } from './open_workbench';
import { WorkbenchPage } from './WorkbenchPage';
import { WorkbenchSkeleton } from './WorkbenchSkeleton';
import { words } from './words';

/** /projects/:projectId/label */
export function Annotate() {
  const { projectId } = useParams({ from: '/projects/$projectId/label' });
  return <Project key={projectId} projectId={projectId} />;
}

function Project({ projectId }: { projectId: string }) {
  const [attempt, setAttempt] = useState(0);
  const { opened, problem } = useOpened(projectId, attempt);
  useTitle(opened?.data.project.title);
  if (opened) return <WorkbenchPage opened={opened} />;
  if (problem) {
    return (
      <Centered title={words.failed}>
        <ProblemNote what={problem.message} action={problem.action}>
          <Button onClick={() => setAttempt(attempt + 1)}>{words.tryAgain}</Button>
        </ProblemNote>
      </Centered>
    );
  }
  return (
    <Late>
      <WorkbenchSkeleton />
    </Late>
  );
}

function useOpened(projectId: string, attempt: number) {
  const session = useSession();
  const outbox = useCell(outboxCell);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  /** Sign-ins that had to come before the project could be opened. */
  const [signIns, setSignIns] = useState(0);
  const blocked = problem?.status === 401;

  useEffect(() => {
    if (!outbox) return;
    let gone = false;
    let close: (() => void) | null = null;
    openWorkbench(projectId, session, outbox).then(
      (result) => {
        close = keepRunning(result);
        if (gone) close();
        else setOpened(result);
      },
      (error: unknown) => {
        if (!gone) setProblem(asProblem(error));
      },
    );
    return () => {
      gone = true;
      close?.();
      setOpened(null);
      setProblem(null);
    };
    // Of the session only the person matters, and another person starts with a new outbox.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [projectId, outbox, attempt, signIns]);

  useEffect(
    () =>
      sessionCell.subscribe(() => {
        const now = sessionCell.get();
        if (now.status !== 'someone' || now.expired) return;
        if (blocked) setSignIns((count) => count + 1);
        else opened?.queue.fill();
      }),
    [blocked, opened],
  );

  return { opened, problem: blocked ? null : problem };
}

/** What runs beside an open project: the clock, and the draft when the page is about to go. */
function keepRunning({ workbench, clock, queue }: Opened): () => void {
  const stopClock = watchActivity(clock, () => workbench.view.get().paused);
  const leave = () => {
    if (document.hidden) workbench.keepDraft();
    else queue.fill();
  };
  const go = () => workbench.keepDraft();
  document.addEventListener('visibilitychange', leave);
  window.addEventListener('pagehide', go);
  return () => {
    stopClock();
    document.removeEventListener('visibilitychange', leave);
    window.removeEventListener('pagehide', go);
    workbench.stop();
  };
}
