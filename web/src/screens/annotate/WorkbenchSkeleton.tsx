import { Skeleton } from '../../ui/Skeleton';
import styles from './TaskView.module.css';
import { words } from './words';
import page from './WorkbenchPage.module.css';

/** The page's layout while a slow project is on its way. */
export function WorkbenchSkeleton() {
  return (
    <main id="content" className={page.work} aria-busy="true" aria-label={words.loading}>
      <div className={styles.column}>
        <Skeleton widths={[96, 100, 88, 40]} />
      </div>
    </main>
  );
}
