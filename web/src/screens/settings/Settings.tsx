import { useQuery } from '@tanstack/react-query';
import { labelConfig } from '../../api/lead/label_config';
import { project } from '../../api/lead/projects';
import { policy } from '../../api/lead/quality';
import { Loaded } from '../parts/Loaded';
import { useProjectId } from '../parts/use_project_id';
import { AboutForm } from './AboutForm';
import { Archive } from './Archive';
import { LabelConfigPart } from './LabelConfigPart';
import { PolicyPart } from './PolicyPart';
import styles from './Settings.module.css';
import { words } from './words';

/** What a project is called, how often it asks, what it asks, and its end. */
export function Settings() {
  const projectId = useProjectId();
  const about = useQuery(project(projectId));
  const rules = useQuery(policy(projectId));
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
            <Loaded query={rules}>
              {(current) => <PolicyPart project={shown} policy={current} />}
            </Loaded>
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
