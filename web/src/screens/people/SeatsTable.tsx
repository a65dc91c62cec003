import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { setSeat, type Seat } from '../../api/lead/people';
import { Button } from '../../ui/Button';
import { duration } from '../../ui/durations';
import { count } from '../../ui/format';
import { Table, type Column } from '../../ui/Table';
import { offerUndo } from '../../ui/Undo';
import { Failed } from '../parts/Loaded';
import styles from './People.module.css';
import { words } from './words';

const w = words.seats;

/** Counts are ink: they say how much, not how well. */
export function SeatsTable({ seats, projectId }: { seats: readonly Seat[]; projectId: string }) {
  const client = useQueryClient();
  const set = useMutation({
    mutationFn: ({ person, active }: { person: string; active: boolean }) =>
      setSeat(projectId, person, active),
    onSuccess: () => client.invalidateQueries({ queryKey: ['project', projectId] }),
  });
  const change = ({ person }: Seat, active: boolean) =>
    set.mutate(
      { person: person.id, active },
      {
        onSuccess: () =>
          offerUndo(active ? w.restored(person.name) : w.removed(person.name), () =>
            set.mutate({ person: person.id, active: !active }),
          ),
      },
    );
  const columns = columnsOf(projectId, change);
  return (
    <>
      {set.error && <Failed error={set.error} />}
      <Table
        caption={w.caption}
        columns={columns}
        rows={seats}
        rowKey={({ person }) => person.id}
      />
    </>
  );
}

function columnsOf(
  projectId: string,
  onChange: (seat: Seat, active: boolean) => void,
): Column<Seat>[] {
  return [
    { id: 'name', title: w.heads.name, cell: (seat) => <Name seat={seat} projectId={projectId} /> },
    {
      id: 'role',
      title: w.heads.role,
      cell: (seat) => words.roles[seat.role],
      secondary: true,
    },
    {
      id: 'submitted',
      title: w.heads.submitted,
      cell: (seat) => count(seat.submitted),
      align: 'end',
    },
    {
      id: 'skipped',
      title: w.heads.skipped,
      cell: (seat) => count(seat.skipped),
      align: 'end',
      secondary: true,
    },
    {
      id: 'flags',
      title: w.heads.flags,
      cell: (seat) => count(seat.flags),
      align: 'end',
      secondary: true,
    },
    {
      id: 'median',
      title: w.heads.median,
      cell: (seat) =>
        seat.median_seconds === null ? (
          <span className={styles.quiet}>{w.noMedian}</span>
        ) : (
          duration(seat.median_seconds)
        ),
      align: 'end',
      secondary: true,
    },
    {
      id: 'action',
      title: w.heads.action,
      cell: (seat) => (
        <span className={styles.access}>
          <Button
            look="quiet"
            aria-label={
              seat.active ? w.removeName(seat.person.name) : w.restoreName(seat.person.name)
            }
            onClick={() => onChange(seat, !seat.active)}
          >
            {seat.active ? w.remove : w.restore}
          </Button>
        </span>
      ),
    },
  ];
}

function Name({ seat, projectId }: { seat: Seat; projectId: string }) {
  return (
    <span className={styles.name} data-inactive={!seat.active || undefined}>
      <Link
        to="/projects/$projectId/tasks"
        params={{ projectId }}
        search={{ annotator: seat.person.id }}
        dir="auto"
      >
        {seat.person.name}
      </Link>
      <small>{seat.person.email ?? words.noEmail}</small>
      {!seat.active && <small>{w.left}</small>}
    </span>
  );
}
