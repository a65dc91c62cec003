import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import type { TaskFilter } from '../../api/lead/tasks';
import { useProjectId } from '../parts/use_project_id';
import { readPlace, withFilter, writePlace, type TasksPlace } from './place';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The cursors of the pages before this one, the first page's empty one too. */
    trail?: readonly string[];
  }
}

const NO_TRAIL: readonly string[] = [];

/** Where one is in the table, and the ways to go on. Every one of them changes the address. */
export function usePlace() {
  const projectId = useProjectId();
  const search: Record<string, unknown> = useSearch({ strict: false });
  // Pages are chained forward only, so the way back is kept in the browser's history entry.
  const trail = useLocation({ select: ({ state }) => state.trail }) ?? NO_TRAIL;
  const navigate = useNavigate();
  const place = readPlace(search);
  const go = (next: TasksPlace, way: readonly string[], replace = false) =>
    void navigate({
      to: '/projects/$projectId/tasks',
      params: { projectId },
      search: writePlace(next),
      state: { trail: way },
      replace,
      resetScroll: false,
    });
  return {
    place,
    /** There is a page before this one to go back to. */
    hasPrevious: trail.length > 0,
    filterBy: (filter: Partial<TaskFilter>) => go(withFilter(place, filter), NO_TRAIL),
    /** Opens a task beside the table; going from one to the next is one step for the back button. */
    open: (task: number | null) =>
      go({ ...place, task }, trail, task !== null && place.task !== null),
    hide: (hidden: string[]) => go({ ...place, hidden }, trail, true),
    firstPage: () => go({ ...place, after: '' }, NO_TRAIL),
    nextPage: (after: string) => go({ ...place, after }, [...trail, place.after]),
    previousPage: () => go({ ...place, after: trail.at(-1) ?? '' }, trail.slice(0, -1)),
  };
}

export type PlaceWays = ReturnType<typeof usePlace>;
