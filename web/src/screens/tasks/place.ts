import type { TaskFilter, TaskSort } from '../../api/lead/tasks';

/** Everything about the table of tasks that its address says: a link shows another the same. */
export interface TasksPlace {
  filter: TaskFilter;
  /** The cursor of this page; empty on the first one. */
  after: string;
  /** The task shown beside the table. */
  task: number | null;
  /** Columns taken out of sight. */
  hidden: readonly string[];
}

const STATES: readonly TaskFilter['state'][] = ['waiting', 'started', 'done', 'out'];
const SORTS: readonly TaskSort[] = ['id', '-id', '-disagreement', 'annotations', '-annotations'];

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const oneOf = <T extends string>(value: unknown, known: readonly T[], fallback: T): T =>
  known.find((one) => one === value) ?? fallback;

/** Reads what stands behind the `?`; what is not understood is as if it were not there. */
export function readPlace(search: Record<string, unknown>): TasksPlace {
  const task = Number(search.task);
  return {
    filter: {
      state: oneOf(search.state, STATES, ''),
      disagreeing: search.disagreeing === true || search.disagreeing === 'true',
      label: text(search.label),
      annotator: text(search.annotator),
      q: text(search.q),
      sort: oneOf(search.sort, SORTS, 'id'),
    },
    after: text(search.after),
    task: Number.isInteger(task) && task > 0 ? task : null,
    hidden: text(search.hidden).split(',').filter(Boolean),
  };
}

/** The address of a place, without what is as usual. */
export function writePlace({ filter, after, task, hidden }: TasksPlace): Record<string, unknown> {
  const { sort, ...rest } = filter;
  const search = {
    ...rest,
    sort: sort === 'id' ? '' : sort,
    after,
    task: task ?? '',
    hidden: hidden.join(','),
  };
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== '' && value !== false),
  );
}

/** Another filter begins at its first page; the open task stays beside it. */
export const withFilter = (place: TasksPlace, patch: Partial<TaskFilter>): TasksPlace => ({
  ...place,
  after: '',
  filter: { ...place.filter, ...patch },
});

export const NO_FILTER: Omit<TaskFilter, 'sort'> = {
  state: '',
  disagreeing: false,
  label: '',
  annotator: '',
  q: '',
};

export const isFiltered = ({ sort: _sort, ...filter }: TaskFilter): boolean =>
  Object.values(filter).some(Boolean);

/** The row before or after the open one; without an open one the first or last. */
export function neighbor(ids: readonly number[], open: number | null, step: 1 | -1): number | null {
  const at = open === null ? -1 : ids.indexOf(open);
  if (at < 0) return (step === 1 ? ids[0] : ids.at(-1)) ?? null;
  return ids[at + step] ?? null;
}
