import type { Consensus } from '../../api/lead/consensus';
import { Estimate } from '../../ui/Estimate';
import { count, percent } from '../../ui/format';
import { IntervalAxis, IntervalBar } from '../../ui/IntervalBar';
import { Part } from '../../ui/Part';
import styles from '../quality/Agreement.module.css';
import { words } from './words';

/** How good each annotator seems to be: in ink, with the interval, by name. Nobody is ranked or colored. */
export function AnnotatorsPart({ consensus }: { consensus: Consensus }) {
  const nameOf = (id: string) => consensus.annotators[id] ?? id;
  const rows = [...consensus.by_annotator].sort((one, other) =>
    nameOf(one.annotator).localeCompare(nameOf(other.annotator), 'en', { numeric: true }),
  );
  const most = Math.max(1, ...rows.map(({ n_annotations }) => n_annotations));
  return (
    <Part title={words.people} lead={words.peopleLead(percent(consensus.level))}>
      <table className={styles.table} aria-label={words.people}>
        <thead>
          <tr>
            <th scope="col">{words.annotator}</th>
            <th scope="col">{words.accuracy}</th>
            <th scope="col" className={styles.axis}>
              <span className="sr-only">{words.interval}</span>
              <IntervalAxis />
            </th>
            <th scope="col">{words.answers}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ annotator, accuracy, low, high, n_annotations }) => (
            <tr key={annotator}>
              <th scope="row" dir="auto">
                {nameOf(annotator)}
              </th>
              <td data-name={words.accuracy}>
                <Estimate value={accuracy} low={low} high={high} />
              </td>
              <td className={styles.axis}>
                <IntervalBar
                  value={accuracy}
                  low={low}
                  high={high}
                  n={n_annotations}
                  most={most}
                  label={nameOf(annotator)}
                />
              </td>
              <td data-name={words.answers}>{count(n_annotations)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}
