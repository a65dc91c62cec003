import { Link } from '@tanstack/react-router';
import type { Progress } from '../../api/types';
import { AppearanceSettings } from '../../shell/AppearanceSettings';
import { pressKey } from '../../shell/Signed';
import { Button } from '../../ui/Button';
import { count } from '../../ui/format';
import { Mark } from '../../ui/icons';
import { Menu, MenuItem } from '../../ui/Menu';
import type { KeyNames } from './page_keys';
import { SyncState } from './SyncState';
import styles from './TopLine.module.css';
import { words } from './words';
import type { Workbench } from './workbench';

interface Props {
  title: string;
  progress: Progress;
  workbench: Workbench;
  keyNames: KeyNames;
  guidelineOpen: boolean;
  onGuideline: () => void;
}

/** Project, own progress, sync state, and the little that belongs to the page itself. */
export function TopLine({
  title,
  progress,
  workbench,
  keyNames,
  guidelineOpen,
  onGuideline,
}: Props) {
  const today = count(progress.today);
  return (
    <header className={styles.line}>
      <Link to="/" className={styles.home} aria-label={words.home} title={words.home}>
        <Mark />
      </Link>
      <h1 className={styles.title} data-page-title tabIndex={-1}>
        <bdi>{title}</bdi>
      </h1>
      <p className={styles.progress}>
        <span className={styles.long}>{words.progress(today, count(progress.total))}</span>
        <span className={styles.short}>{words.progressShort(today)}</span>
      </p>
      <SyncState workbench={workbench} />
      <Menu title={words.view} icon="text" iconOnly>
        <AppearanceSettings />
        <div className={styles.items}>
          <MenuItem
            icon="pause"
            shortcut={keyNames.pause ?? undefined}
            onClick={() => workbench.pause(true)}
          >
            {words.pause}
          </MenuItem>
          <MenuItem icon="keyboard" shortcut="?" onClick={() => pressKey('?')}>
            {words.keys}
          </MenuItem>
        </div>
      </Menu>
      <Button
        look="quiet"
        icon="book"
        shortcut="g"
        iconOnly="narrow"
        keepsFocus
        aria-pressed={guidelineOpen}
        onClick={onGuideline}
      >
        {words.guideline}
      </Button>
    </header>
  );
}
