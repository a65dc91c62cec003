import { useSession } from '../../shell/session';
import { may } from '../parts/may';
import { useProjectId } from '../parts/use_project_id';
import { ChainPart } from './ChainPart';
import styles from './Records.module.css';
import { RevertList } from './RevertList';
import { SetAside } from './SetAside';
import { words } from './words';

/** What was kept for good: proof of it, and annotations that were set aside. */
export function RecordsPage() {
  const projectId = useProjectId();
  const { role } = useSession();
  const mayChange = may(role, 'changeProject');
  return (
    <>
      <h2 className="sr-only" data-page-title tabIndex={-1}>
        {words.title}
      </h2>
      <div className={styles.page}>
        {mayChange && <SetAside projectId={projectId} />}
        <div className={styles.beside}>
          <RevertList projectId={projectId} mayRestore={mayChange} />
          <ChainPart projectId={projectId} mayCheck={mayChange} />
        </div>
      </div>
    </>
  );
}
