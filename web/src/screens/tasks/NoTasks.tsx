import type { TaskPage } from '../../api/lead/tasks';
import { useSession } from '../../shell/session';
import { EmptyState } from '../../ui/EmptyState';
import { LinkButton } from '../../ui/LinkButton';
import { may } from '../parts/may';
import { isFiltered, type TasksPlace } from './place';
import { words } from './words';

/** Nothing to show: because of the filters, or because there is nothing yet. */
export function NoTasks({
  place,
  projectId,
  page,
}: {
  place: TasksPlace;
  projectId: string;
  page: TaskPage;
}) {
  const { role } = useSession();
  if (page.next_cursor !== null) {
    return (
      <EmptyState title={words.notYetTitle}>
        <p>{words.notYetText(page.searched ?? 0, page.total ?? 0)}</p>
      </EmptyState>
    );
  }
  if (isFiltered(place.filter) || place.after !== '') {
    return (
      <EmptyState title={words.nothingTitle}>
        <p>{words.nothingText}</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={words.emptyTitle}
      action={
        may(role, 'changeProject') && (
          <LinkButton to="/projects/$projectId/import-export" params={{ projectId }} look="main">
            {words.emptyAction}
          </LinkButton>
        )
      }
    >
      <p>{words.emptyText}</p>
    </EmptyState>
  );
}
