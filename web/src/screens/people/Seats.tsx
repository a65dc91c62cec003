import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { seats } from '../../api/lead/people';
import { useSession } from '../../shell/session';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { LinkButton } from '../../ui/LinkButton';
import { Part } from '../../ui/Part';
import { Loaded } from '../parts/Loaded';
import { may } from '../parts/may';
import { useProjectId } from '../parts/use_project_id';
import { AddSeatsDialog } from './AddSeatsDialog';
import styles from './People.module.css';
import { SeatsTable } from './SeatsTable';
import { words } from './words';

/** Who labels in this project, with their counts here. */
export function Seats() {
  const projectId = useProjectId();
  const { role } = useSession();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const query = useQuery(seats(projectId));
  const adding = (on: boolean) =>
    void navigate({
      to: '/projects/$projectId/people',
      params: { projectId },
      search: on ? { add: true } : {},
    });
  return (
    <Part
      title={words.seats.title}
      isPage
      lead={words.seats.lead}
      tools={
        <>
          {may(role, 'administer') ? (
            <LinkButton to="/people" search={{ invite: true, project: projectId }}>
              {words.seats.inviteNew}
            </LinkButton>
          ) : (
            <span className={styles.quiet}>{words.seats.onlyOwner}</span>
          )}
          <Button look="main" icon="add" onClick={() => adding(true)}>
            {words.seats.add}
          </Button>
        </>
      }
    >
      <Loaded query={query} lines={[100, 100, 100]}>
        {(people) => (
          <>
            {people.length === 0 ? (
              <EmptyState title={words.seats.emptyTitle}>
                <p>{words.seats.emptyText}</p>
              </EmptyState>
            ) : (
              <SeatsTable seats={people} projectId={projectId} />
            )}
            {search.add === true && (
              <AddSeatsDialog projectId={projectId} seats={people} onClose={() => adding(false)} />
            )}
          </>
        )}
      </Loaded>
    </Part>
  );
}
