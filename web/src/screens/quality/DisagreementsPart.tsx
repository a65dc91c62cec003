import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { worstTasks } from '../../api/lead/tasks';
import { counted, share } from '../../ui/format';
import { LinkButton } from '../../ui/LinkButton';
import { Part } from '../../ui/Part';
import { Loaded } from '../parts/Loaded';
import { previewOf } from '../parts/preview_of';
import styles from './Agreement.module.css';
import { words } from './words';

const ROWS = 8;
const all = { disagreeing: true, sort: '-disagreement' };

/** The tasks that people answered most differently; each opens with all its answers. */
export function DisagreementsPart({ projectId }: { projectId: string }) {
  const query = useQuery(worstTasks(projectId, ROWS));
  const params = { projectId };
  return (
    <Part
      title={words.worstTasksTitle}
      lead={words.worstTasksLead}
      tools={
        <LinkButton to="/projects/$projectId/tasks" params={params} search={all}>
          {words.allDisagreements}
        </LinkButton>
      }
    >
      <Loaded query={query} lines={[90, 80, 95, 70]}>
        {({ items }) =>
          items.length === 0 ? (
            <p className={styles.rests}>{words.noDisagreement}</p>
          ) : (
            <ol className={styles.worstList}>
              {items.map((row) => (
                <li key={row.id}>
                  <Link
                    to="/projects/$projectId/tasks"
                    params={params}
                    search={{ ...all, task: row.id }}
                    dir="auto"
                  >
                    {previewOf(row.data) || words.openTask(row.id)}
                  </Link>
                  <span>
                    {row.disagreement !== null && `${share(row.disagreement)} · `}
                    {row.counts.map(({ label, count }) => `${label} ${count}`).join(', ') ||
                      counted(row.annotation_count, 'annotation')}
                  </span>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Part>
  );
}
