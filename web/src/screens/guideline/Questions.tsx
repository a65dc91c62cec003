import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { flags, type Flag } from '../../api/lead/guideline';
import { Button } from '../../ui/Button';
import { moment } from '../../ui/format';
import { Part } from '../../ui/Part';
import { Loaded } from '../parts/Loaded';
import styles from './Guideline.module.css';
import { words } from './words';

/** What annotators asked where the guideline did not decide, newest first. */
export function Questions({ projectId }: { projectId: string }) {
  const query = useInfiniteQuery(flags(projectId));
  return (
    <Part title={words.questions} id="questions">
      <Loaded query={query} lines={[90, 60, 85]}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <p className={styles.quiet}>{words.noQuestions}</p>;
          return (
            <>
              <ul className={styles.questions}>
                {items.map((flag) => (
                  <Question key={flag.id} flag={flag} projectId={projectId} />
                ))}
              </ul>
              {query.hasNextPage && (
                <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {words.more}
                </Button>
              )}
            </>
          );
        }}
      </Loaded>
    </Part>
  );
}

function Question({ flag, projectId }: { flag: Flag; projectId: string }) {
  return (
    <li>
      <p dir="auto">{flag.note}</p>
      <p className={styles.quiet}>
        <Link
          to="/projects/$projectId/tasks"
          params={{ projectId }}
          search={{ task: flag.task_id }}
        >
          {words.task(flag.task_id)}
        </Link>
        {` · ${[
          flag.person.name,
          flag.rule && words.onRule(flag.rule),
          words.inVersion(flag.guideline_version),
          moment(flag.created_at),
        ]
          .filter(Boolean)
          .join(' · ')}`}
      </p>
    </li>
  );
}
