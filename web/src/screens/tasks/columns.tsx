import type { TaskRow } from '../../api/lead/tasks';
import { share } from '../../ui/format';
import { State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { previewOf } from '../parts/preview_of';
import styles from './Tasks.module.css';
import { words } from './words';

/** The majority as words: the label, a tie with what is tied, or none. With several controls, each by name. */
export function majorityText(row: Pick<TaskRow, 'majority' | 'annotation_count'>): string {
  const said = row.majority.flatMap(({ control, label, tied }) => {
    const prefix = row.majority.length > 1 ? `${control}: ` : '';
    if (label !== null) return [`${prefix}${label}`];
    return tied.length > 0 ? [`${prefix}${words.tie(tied.join(', '))}`] : [];
  });
  return said.length > 0 ? said.join(' · ') : words.noMajority;
}

function Majority({ row }: { row: TaskRow }) {
  const none = row.annotation_count === 0;
  const tied = row.majority.some(({ label, tied: top }) => label === null && top.length > 0);
  return (
    <span
      className={`${styles.majority ?? ''} ${none || tied ? (styles.quiet ?? '') : ''}`}
      dir="auto"
    >
      {majorityText(row)}
    </span>
  );
}

/** Every column of the table, in its order. */
export const COLUMNS: readonly Column<TaskRow>[] = [
  {
    id: 'id',
    title: words.heads.id,
    cell: (row) => <span className={styles.fixed}>{row.id}</span>,
    align: 'end',
    sortable: true,
  },
  {
    id: 'key',
    title: words.heads.key,
    cell: (row) => <span className={styles.key}>{row.key}</span>,
    secondary: true,
  },
  {
    id: 'data',
    title: words.heads.data,
    cell: (row) => (
      <span className={styles.text} dir="auto">
        {previewOf(row.data)}
      </span>
    ),
  },
  {
    id: 'state',
    title: words.heads.state,
    cell: (row) => (
      <State icon={row.state === 'done' ? 'check' : undefined}>{words.states[row.state]}</State>
    ),
    secondary: true,
  },
  {
    id: 'annotations',
    title: words.heads.annotations,
    cell: (row) => (
      <span className={styles.fixed}>{words.ofTarget(row.annotation_count, row.target)}</span>
    ),
    align: 'end',
    sortable: true,
    secondary: true,
  },
  { id: 'majority', title: words.heads.majority, cell: (row) => <Majority row={row} /> },
  {
    id: 'disagreement',
    title: words.heads.disagreement,
    cell: (row) => row.disagreement !== null && share(row.disagreement),
    align: 'end',
    sortable: true,
    secondary: true,
  },
];

/** With a task open beside the table there is room for these only. */
export const BESIDE_COLUMNS: ReadonlySet<string> = new Set([
  'id',
  'data',
  'majority',
  'disagreement',
]);

/** These tell which task it is, and stay. */
export const FIXED_COLUMNS: ReadonlySet<string> = new Set(['id', 'data']);
