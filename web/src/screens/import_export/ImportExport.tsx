import { useQuery } from '@tanstack/react-query';
import { formats } from '../../api/lead/jobs';
import { Loaded } from '../parts/Loaded';
import { useProjectId } from '../parts/use_project_id';
import { ExportPart } from './ExportPart';
import { History } from './History';
import styles from './ImportExport.module.css';
import { ImportPart } from './ImportPart';
import { words } from './words';

/** Files in and files out, and what became of each. */
export function ImportExport() {
  const projectId = useProjectId();
  const query = useQuery(formats);
  return (
    <>
      <h2 className="sr-only" data-page-title tabIndex={-1}>
        {words.title}
      </h2>
      <Loaded query={query} lines={[30, 100, 100, 30, 100]}>
        {(known) => (
          <div className={styles.page}>
            <div>
              <ImportPart projectId={projectId} formats={known} />
              <History projectId={projectId} kind="import" formats={known} />
            </div>
            <div>
              <ExportPart projectId={projectId} formats={known} />
              <History projectId={projectId} kind="export" formats={known} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
}
