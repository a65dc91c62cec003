import { Button } from '../../ui/Button';
import styles from './ActionBar.module.css';
import type { KeyNames, Panel } from './page_keys';
import { words } from './words';
import type { Workbench } from './workbench';
import type { WorkbenchView } from './workbench_view';

interface Props {
  view: WorkbenchView;
  workbench: Workbench;
  keyNames: KeyNames;
  open: (panel: Panel) => void;
}

/** What can be done with the task, each with its key; under it the last thing worth a sentence. */
export function ActionBar({ view, workbench, keyNames, open }: Props) {
  const past = view.shown?.past ?? null;
  const quiet = { look: 'quiet', iconOnly: 'narrow', keepsFocus: true } as const;
  return (
    <div className={styles.area}>
      <div className={styles.bar}>
        <Button {...quiet} icon="undo" shortcut="backspace" onClick={() => workbench.undo()}>
          {words.undo}
        </Button>
        {!past && (
          <Button
            {...quiet}
            icon="skip"
            shortcut={keyNames.skip ?? undefined}
            onClick={() => open('skip')}
          >
            {words.skip}
          </Button>
        )}
        <Button
          {...quiet}
          icon="flag"
          shortcut={keyNames.flag ?? undefined}
          onClick={() => open('flag')}
        >
          {words.flag}
        </Button>
        <div className={styles.submit}>
          <Button look="main" wide keepsFocus shortcut="enter" onClick={() => workbench.submit()}>
            {words.submit}
          </Button>
        </div>
      </div>
      <p className={styles.said}>{view.said}</p>
    </div>
  );
}
