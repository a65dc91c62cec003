import { useQuery } from '@tanstack/react-query';
import { labelConfig } from '../../api/lead/label_config';
import { project } from '../../api/lead/projects';
import { Loaded } from '../parts/Loaded';
import { useProjectId } from '../parts/use_project_id';
import { AboutForm } from './AboutForm';
import { Archive } from './Archive';
import { LabelConfigPart } from './LabelConfigPart';
import { PolicyLink } from './PolicyLink';
import styles from './Settings.module.css';
import { words } from './words';

/** What a project is called, what it asks, and its end. */
export function Settings() {
  const projectId = useProjectId();
  const about = useQuery(project(projectId));
  const config = useQuery(labelConfig(projectId));
  return (
    <div className={styles.page}>
      <h2 className="sr-only" data-page-title tabIndex={-1}>
        {words.title}
      </h2>
      <Loaded query={about}>
        {(shown) => (
          <>
            <AboutForm key={shown.id} project={shown} />
            <PolicyLink projectId={projectId} />
            <Loaded query={config}>
              {(current) => <LabelConfigPart projectId={projectId} current={current} />}
            </Loaded>
            <Archive project={shown} />
          </>
        )}
      </Loaded>
    </div>
  );
}
