import type { Pair } from '../../api/lead/quality';
import { share } from '../../ui/format';
import { estimateOf, heat, pairMatrix } from './matrix';
import styles from './PairMatrix.module.css';
import { words } from './words';

interface Props {
  pairs: readonly Pair[];
  names: Readonly<Record<string, string>>;
  worst: Pair | null;
}

/** From so many annotators on, cells show the number alone; the interval is in the list. */
const MANY = 9;

/** Cohen's kappa of every two: a table that is read like any other, shaded by its numbers. */
export function PairMatrix({ pairs, names, worst }: Props) {
  const { annotators, pairOf } = pairMatrix(pairs, names);
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={words.matrix}>
      <table className={styles.matrix} data-many={annotators.length >= MANY || undefined}>
        <caption className="sr-only">{words.pairsLead}</caption>
        <thead>
          <tr>
            <td />
            {annotators.map(({ id, name }) => (
              <th key={id} scope="col" dir="auto">
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {annotators.map((row, place) => (
            <tr key={row.id}>
              <th scope="row" dir="auto">
                {row.name}
              </th>
              {annotators.map((column, at) =>
                // Both triangles say the same; one is enough to read.
                at < place ? (
                  <Cell
                    key={column.id}
                    pair={pairOf(row.id, column.id)}
                    isWorst={pairOf(row.id, column.id) === worst}
                  />
                ) : (
                  <td key={column.id} />
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ pair, isWorst }: { pair: Pair | null; isWorst: boolean }) {
  if (!pair) {
    return (
      <td className={styles.none}>
        <small>{words.notShared}</small>
      </td>
    );
  }
  const { value, low, high, reason } = estimateOf(pair);
  if (value === null) {
    return (
      <td className={styles.none} title={reason ?? undefined}>
        <small>{reason}</small>
      </td>
    );
  }
  const interval = low !== null && high !== null ? `[${share(low)}, ${share(high)}]` : '';
  return (
    <td
      className={styles.cell}
      data-worst={isWorst || undefined}
      style={{ ['--heat' as string]: `${heat(value)}%` }}
      title={`${share(value)} ${interval} · ${words.shared}: ${pair.n_tasks}`}
    >
      <span>{share(value)}</span>
      <small>{interval}</small>
    </td>
  );
}
