import { Link } from '@tanstack/react-router';
import type { Agreement } from '../../api/lead/quality';
import { CopyButton } from '../../ui/CopyButton';
import { count, percent } from '../../ui/format';
import { IntervalAxis, IntervalBar } from '../../ui/IntervalBar';
import { Part } from '../../ui/Part';
import styles from './Agreement.module.css';
import { Figure } from './Figure';
import { annotatorsCsv } from './tables';
import { words } from './words';

/** Each person against the others: in ink, with the interval, by name. Nobody is ranked or colored. */
export function AnnotatorsPart({
  agreement,
  projectId,
}: {
  agreement: Agreement;
  projectId: string;
}) {
  const nameOf = (id: string) => agreement.annotators[id] ?? id;
  const rows = [...agreement.by_annotator].sort((one, other) =>
    nameOf(one.annotator).localeCompare(nameOf(other.annotator), 'en', { numeric: true }),
  );
  const most = Math.max(1, ...rows.map(({ n_tasks }) => n_tasks));
  return (
    <Part
      title={words.people}
      lead={words.peopleLead}
      tools={<CopyButton text={annotatorsCsv(agreement)}>{words.copy}</CopyButton>}
    >
      <table className={styles.table} aria-label={words.people}>
        <thead>
          <tr>
            <th scope="col">{words.annotator}</th>
            <th scope="col">{words.withOthers}</th>
            <th scope="col" className={styles.axis}>
              <span className="sr-only">{words.interval}</span>
              <IntervalAxis />
            </th>
            <th scope="col">{words.tasks}</th>
            <th scope="col">{words.without}</th>
            <th scope="col">{words.shares}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <AnnotatorRow
              key={row.annotator}
              row={row}
              name={nameOf(row.annotator)}
              most={most}
              projectId={projectId}
            />
          ))}
        </tbody>
      </table>
    </Part>
  );
}

interface RowProps {
  row: Agreement['by_annotator'][number];
  name: string;
  most: number;
  projectId: string;
}

function AnnotatorRow({ row, name, most, projectId }: RowProps) {
  return (
    <tr>
      <th scope="row" dir="auto">
        <Link
          to="/projects/$projectId/tasks"
          params={{ projectId }}
          search={{ annotator: row.annotator, disagreeing: true, sort: '-disagreement' }}
        >
          {name}
        </Link>
      </th>
      <td data-name={words.withOthers} colSpan={row.percent_with_others.value === null ? 2 : 1}>
        <Figure estimate={row.percent_with_others} />
      </td>
      {row.percent_with_others.value !== null && (
        <td className={styles.axis}>
          <IntervalBar
            value={row.percent_with_others.value}
            low={row.percent_with_others.low}
            high={row.percent_with_others.high}
            n={row.n_tasks}
            most={most}
            label={name}
          />
        </td>
      )}
      <td data-name={words.tasks}>{count(row.n_tasks)}</td>
      <td data-name={words.without}>
        <Figure estimate={row.alpha_without} bare />
      </td>
      <td data-name={words.shares} className={styles.rests}>
        {Object.entries(row.label_shares)
          .map(([label, part]) => `${label} ${percent(part)}`)
          .join(', ')}
      </td>
    </tr>
  );
}
