import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ProblemNote } from '../../ui/ProblemNote';
import { Late, Skeleton } from '../../ui/Skeleton';
import styles from './TaskView.module.css';
import { words } from './words';
import type { Workbench } from './workbench';
import type { WorkbenchView } from './workbench_view';

/** In place of a task: why there is none, whom to ask, or that one pauses. */
export function Nothing({ view, workbench, onRetry }: Props) {
  return (
    <div className={styles.column}>
      <Reason view={view} workbench={workbench} onRetry={onRetry} />
      {!view.paused && view.said && <p>{view.said}</p>}
    </div>
  );
}

interface Props {
  view: WorkbenchView;
  workbench: Workbench;
  onRetry: () => void;
}

function Reason({ view, workbench, onRetry }: Props) {
  if (view.paused) {
    const goOn = (
      <Button look="main" shortcut="enter" onClick={() => workbench.pause(false)}>
        {words.goOn}
      </Button>
    );
    return (
      <EmptyState title={words.pausedTitle} action={goOn}>
        {words.pausedText}
      </EmptyState>
    );
  }
  if (view.problem) {
    return (
      <ProblemNote what={view.problem.message} action={view.problem.action}>
        <Button onClick={onRetry}>{words.tryAgain}</Button>
      </ProblemNote>
    );
  }
  if (view.empty) {
    const undo = (
      <Button icon="undo" shortcut="backspace" onClick={() => workbench.undo()}>
        {words.undo}
      </Button>
    );
    return (
      <EmptyState title={words.emptyTitles[view.empty.code] ?? words.emptyTitle} action={undo}>
        <p>{view.empty.message}</p>
        <p>{words.emptyLook}</p>
      </EmptyState>
    );
  }
  return (
    <Late>
      <Skeleton />
    </Late>
  );
}
