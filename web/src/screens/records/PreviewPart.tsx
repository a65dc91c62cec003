import { Link } from '@tanstack/react-router';
import type { Again, RevertPreview } from '../../api/lead/records';
import { count, moment } from '../../ui/format';
import { Notice } from '../../ui/State';
import { answerText } from '../tasks/history';
import styles from './Records.module.css';
import { words } from './words';

interface Props {
  projectId: string;
  preview: RevertPreview;
  again: Again;
}

/** What it would do, in numbers, and who has to be told. */
export function PreviewPart({ projectId, preview, again }: Props) {
  if (preview.annotations === 0) return <Notice>{words.none}</Notice>;
  const others = preview.people_count - preview.people.length;
  return (
    <div className={styles.preview}>
      <div className={styles.sum}>
        <p className={styles.big}>{words.wouldBe(preview.annotations, preview.tasks)}</p>
        {preview.asked_again > 0 && (
          <p>
            {words.askedAgain(preview.asked_again)}{' '}
            {again === 'others' && words.othersLeft(preview.others_active)}
          </p>
        )}
        {preview.given_up > 0 && <p>{words.givenUp(preview.given_up)}</p>}
        {preview.no_slot > 0 && <p>{words.noSlot(preview.no_slot)}</p>}
        {preview.first_at && preview.last_at && (
          <p
            className={styles.quiet}
          >{`${moment(preview.first_at)} – ${moment(preview.last_at)}`}</p>
        )}
      </div>
      <div className={styles.two}>
        <Counts
          title={words.byPerson}
          rows={preview.people.map(({ person, annotations }) => [
            person.id,
            person.name,
            annotations,
          ])}
          more={others > 0 ? words.morePeople(others) : null}
        />
        <Counts
          title={words.byLabel}
          rows={preview.labels.map(({ control, label, annotations }) => [
            `${control}\n${label}`,
            label,
            annotations,
          ])}
          more={null}
        />
      </div>
      <Sample projectId={projectId} sample={preview.sample} />
      {preview.exports.length > 0 && <Exports exports={preview.exports} />}
    </div>
  );
}

function Sample({ projectId, sample }: { projectId: string; sample: RevertPreview['sample'] }) {
  return (
    <section className={styles.list}>
      <h3>{words.sample}</h3>
      <ul>
        {sample.map((one) => (
          <li key={`${one.task_id} ${one.person.id}`}>
            <Link
              to="/projects/$projectId/tasks"
              params={{ projectId }}
              search={{ task: one.task_id }}
            >
              {words.task(one.task_id)}
            </Link>
            <span dir="auto">{answerText(one.answers)}</span>
            <span className={styles.quiet}>{`${one.person.name} · ${moment(one.created_at)}`}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Exports({ exports }: Pick<RevertPreview, 'exports'>) {
  return (
    <section className={styles.list}>
      <h3>{words.exports}</h3>
      <p className={styles.quiet}>{words.exportsLead}</p>
      <ul>
        {exports.map((one) => (
          <li key={one.job_id}>
            <span dir="auto">{one.filename}</span>
            <span className={styles.quiet}>
              {`${moment(one.created_at)} · ${words.inExport(one.annotations)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface CountsProps {
  title: string;
  rows: readonly (readonly [key: string, name: string, n: number])[];
  more: string | null;
}

function Counts({ title, rows, more }: CountsProps) {
  return (
    <section className={styles.counts}>
      <h3>{title}</h3>
      <dl>
        {rows.map(([key, name, n]) => (
          <div key={key}>
            <dt dir="auto">{name}</dt>
            <dd>{count(n)}</dd>
          </div>
        ))}
      </dl>
      {more && <p className={styles.quiet}>{more}</p>}
    </section>
  );
}
