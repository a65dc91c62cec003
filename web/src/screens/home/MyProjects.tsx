import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { asProblem } from '../../api/problem';
import { listOwnProjects } from '../../api/projects';
import type { OwnProject } from '../../api/types';
import { useSession } from '../../shell/session';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { count } from '../../ui/format';
import { Page } from '../../ui/Page';
import { ProblemNote } from '../../ui/ProblemNote';
import { Late, Skeleton } from '../../ui/Skeleton';
import { State } from '../../ui/State';
import styles from './MyProjects.module.css';
import { words } from './words';

/** The projects one labels in, each with one press to go on. Own numbers only. */
export function MyProjects() {
  const { person } = useSession();
  const query = useQuery({ queryKey: ['my', 'projects'], queryFn: listOwnProjects });
  const projects = query.data ?? [];
  const mainId = projects.find((project) => project.state === 'open')?.id;
  return (
    <Page title={words.title} lead={words.lead(person.name)} width="read">
      {query.isPending && (
        <Late>
          <Skeleton widths={[40, 90, 30, 40, 80, 30]} />
        </Late>
      )}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && projects.length === 0 && (
        <EmptyState title={words.emptyTitle}>
          <p>{words.emptyText}</p>
        </EmptyState>
      )}
      <ul className={styles.list}>
        {projects.map((project) => (
          <ProjectRow key={project.id} project={project} main={project.id === mainId} />
        ))}
      </ul>
    </Page>
  );
}

function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const problem = asProblem(error);
  return (
    <ProblemNote what={problem.message} action={problem.action}>
      <Button onClick={retry}>{words.tryAgain}</Button>
    </ProblemNote>
  );
}

function ProjectRow({ project, main }: { project: OwnProject; main: boolean }) {
  const { today, total } = project.progress;
  const closed = words.closed[project.state];
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <h2>
          <bdi>{project.title}</bdi>
        </h2>
        {project.description && (
          <p>
            <bdi>{project.description}</bdi>
          </p>
        )}
        <p className={styles.numbers}>
          {words.numbers(count(today), count(total))}
          {closed && <State>{closed}</State>}
        </p>
      </div>
      {!closed && (
        <Link
          to="/projects/$projectId/label"
          params={{ projectId: project.id }}
          className={main ? styles.go : styles.goPlain}
          aria-label={words.labelIn(project.title)}
        >
          {words.label}
        </Link>
      )}
    </li>
  );
}
