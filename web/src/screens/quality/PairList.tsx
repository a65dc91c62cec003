import { useState } from 'react';
import type { Pair } from '../../api/lead/quality';
import { Button } from '../../ui/Button';
import { count } from '../../ui/format';
import styles from './Agreement.module.css';
import { Figure } from './Figure';
import { worstFirst } from './matrix';
import { words } from './words';

const FIRST = 50;

/** The pairs as a list, lowest agreement first. */
export function PairList({
  pairs,
  nameOf,
}: {
  pairs: readonly Pair[];
  nameOf: (id: string) => string;
}) {
  const [shown, setShown] = useState(FIRST);
  const rows = worstFirst(pairs);
  const withKappa = rows.some(({ kappa }) => kappa !== null);
  return (
    <>
      <table className={styles.table} aria-label={words.pairs}>
        <thead>
          <tr>
            <th scope="col">{words.pair}</th>
            {withKappa && <th scope="col">{words.kappa}</th>}
            <th scope="col">{words.percent}</th>
            <th scope="col">{words.shared}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map(({ a, b, n_tasks, kappa, percent }) => (
            <tr key={`${a} ${b}`}>
              <th scope="row" dir="auto">{`${nameOf(a)}, ${nameOf(b)}`}</th>
              {withKappa && <td data-name={words.kappa}>{kappa && <Figure estimate={kappa} />}</td>}
              <td data-name={words.percent}>
                <Figure estimate={percent} />
              </td>
              <td data-name={words.shared}>{count(n_tasks)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown < rows.length && (
        <div>
          <Button
            onClick={() => setShown(shown + FIRST)}
          >{`Show more of ${count(rows.length)}`}</Button>
        </div>
      )}
    </>
  );
}
