import { Link } from '@tanstack/react-router';
import type { Project } from '../../api/lead/projects';
import { LinkButton } from '../../ui/LinkButton';
import { ProgressLine } from '../../ui/ProgressLine';
import { State } from '../../ui/State';
import styles from './Projects.module.css';
import { words } from './words';

/** One project: what it is, how far it is, and the way in. */
export function ProjectRow({ project }: { project: Project }) {
  const at = { projectId: project.id };
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <h2 dir="auto">
          <Link to="/projects/$projectId" params={at}>
            {project.title}
          </Link>
        </h2>
        {project.state !== 'open' && (
          <State icon={project.state === 'paused' ? 'pause' : 'info'}>
            {words.states[project.state]}
          </State>
        )}
        {project.description && <p dir="auto">{project.description}</p>}
      </div>
      <div className={styles.numbers}>
        {project.task_count === 0 ? (
          <p>{words.noTasks}</p>
        ) : (
          <ProgressLine
            label={words.tasksDone}
            done={project.done_count}
            total={project.task_count}
          />
        )}
        <p>{words.facts(project.annotation_count, project.annotator_count)}</p>
      </div>
      <div className={styles.go}>
        {project.can_annotate && project.state === 'open' && (
          <LinkButton
            to="/projects/$projectId/label"
            params={at}
            aria-label={words.labelIn(project.title)}
          >
            {words.label}
          </LinkButton>
        )}
      </div>
    </li>
  );
}
