import { Button } from '../../ui/Button';
import { Notice } from '../../ui/State';
import styles from './Strip.module.css';
import type { TaskQueue } from './task_queue';
import { useBreak } from './use_break';
import { words } from './words';
import type { Workbench } from './workbench';
import type { WorkbenchView } from './workbench_view';

/** One line over the text that keeps its place: where one is, a break that is due, or what to know. */
export function Strip({ view, workbench, queue, notice }: Props) {
  const back = view.shown?.past;
  const { remind, later } = useBreak(queue);
  return (
    <div className={styles.strip}>
      {back ? (
        <Notice
          icon="undo"
          tone="warn"
          action={
            <Button look="quiet" shortcut="escape" keepsFocus onClick={() => workbench.leavePast()}>
              {words.leaveUndo}
            </Button>
          }
        >
          {words.revisiting}
        </Notice>
      ) : remind && view.shown && !view.paused ? (
        <Notice
          icon="pause"
          action={
            <span className={styles.choices}>
              <Button
                keepsFocus
                onClick={() => {
                  later();
                  workbench.pause(true);
                }}
              >
                {words.breakNow}
              </Button>
              <Button look="quiet" keepsFocus onClick={later}>
                {words.breakLater}
              </Button>
            </span>
          }
        >
          {words.breakDue}
        </Notice>
      ) : (
        notice && <Notice>{notice}</Notice>
      )}
    </div>
  );
}

interface Props {
  view: WorkbenchView;
  workbench: Workbench;
  queue: TaskQueue;
  notice: string | null;
}
