import { Link } from '@tanstack/react-router';
import type { Lane } from '../../api/lead/queue';
import { count } from '../../ui/format';
import { LinkButton } from '../../ui/LinkButton';
import { Part } from '../../ui/Part';
import { Table, type Column } from '../../ui/Table';
import styles from './Queue.module.css';
import { words } from './words';

const keyOf = (lane: Lane): string =>
  JSON.stringify([lane.queue, lane.stratum, lane.priority, lane.assigned_to]);

/** The lanes of the queue with their counts. */
export function LanesPart({ projectId, lanes }: { projectId: string; lanes: readonly Lane[] }) {
  const out = lanes.reduce((sum, lane) => sum + lane.out, 0);
  return (
    <Part
      title={words.lanes}
      lead={lanes.length > 0 ? words.lanesLead : undefined}
      tools={
        out > 0 && (
          <Link
            to="/projects/$projectId/tasks"
            params={{ projectId }}
            search={{ state: 'out' }}
            className={styles.quiet}
          >
            {words.showOut(out)}
          </Link>
        )
      }
    >
      {lanes.length === 0 ? (
        <>
          <p className={styles.quiet}>{words.lanesEmpty}</p>
          <div>
            <LinkButton to="/projects/$projectId/import-export" params={{ projectId }} look="main">
              {words.importTasks}
            </LinkButton>
          </div>
        </>
      ) : (
        <Table caption={words.lanesCaption} columns={COLUMNS} rows={lanes} rowKey={keyOf} />
      )}
    </Part>
  );
}

const numbers = (
  [
    ['fresh', true],
    ['started', true],
    ['done', false],
    ['out', true],
  ] as const
).map(([id, secondary]): Column<Lane> => ({
  id,
  title: words.heads[id],
  cell: (lane) => count(lane[id]),
  align: 'end',
  secondary,
}));

const COLUMNS: readonly Column<Lane>[] = [
  { id: 'queue', title: words.heads.queue, cell: (lane) => <Name lane={lane} /> },
  {
    id: 'priority',
    title: words.heads.priority,
    cell: (lane) => lane.priority,
    align: 'end',
    secondary: true,
  },
  ...numbers,
  { id: 'open', title: words.heads.open, cell: (lane) => count(lane.open_slots), align: 'end' },
  {
    id: 'able',
    title: words.heads.able,
    cell: (lane) => (
      <>
        {count(lane.able)}
        {lane.stuck > 0 && <span className={styles.small}>{words.stuck(lane.stuck)}</span>}
      </>
    ),
    align: 'end',
  },
];

function Name({ lane }: { lane: Lane }) {
  const names = lane.assigned_to?.map(({ name }) => name).join(', ');
  const title =
    names === undefined
      ? lane.queue || words.open
      : names === ''
        ? words.byNameGone
        : words.byName(names);
  return (
    <>
      <span dir="auto">{title}</span>
      {lane.stratum !== '' && <span className={styles.small}>{words.stratum(lane.stratum)}</span>}
      {lane.skills.length > 0 && (
        <span className={styles.small}>{words.needs(lane.skills.join(', '))}</span>
      )}
    </>
  );
}
