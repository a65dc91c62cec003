import { Dialog } from '../../ui/Dialog';
import { Guideline, type GuidelineProps } from './Guideline';
import styles from './Guideline.module.css';
import { words } from './words';

/** The guideline pinned beside the task. */
export function GuidelineAside(props: GuidelineProps) {
  return (
    <aside className={styles.aside} aria-label={words.guideline} tabIndex={0}>
      <h2 className={styles.head}>{words.guidelineOf(props.version)}</h2>
      <Guideline {...props} />
    </aside>
  );
}

/** The guideline over the task, where there is no room beside it. */
export function GuidelineSheet({ onClose, ...props }: GuidelineProps & { onClose: () => void }) {
  const close = { id: 'guideline.close', keys: ['g'], title: words.close, group: '', run: onClose };
  return (
    <Dialog title={words.guidelineOf(props.version)} place="side" onClose={onClose} keys={[close]}>
      <Guideline {...props} />
    </Dialog>
  );
}
