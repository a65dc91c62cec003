import { Button } from '../../ui/Button';
import { Notice } from '../../ui/State';
import styles from './Strip.module.css';
import { words } from './words';
import type { Workbench } from './workbench';
import type { WorkbenchView } from './workbench_view';

/** One line over the text that keeps its place: where one is, or what to know about the project. */
export function Strip({ view, workbench, notice }: Props) {
  const back = view.shown?.past;
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
      ) : (
        notice && <Notice>{notice}</Notice>
      )}
    </div>
  );
}

interface Props {
  view: WorkbenchView;
  workbench: Workbench;
  notice: string | null;
}
