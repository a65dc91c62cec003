import type { Consensus } from '../../api/lead/consensus';
import { percent } from '../../ui/format';
import styles from '../quality/Agreement.module.css';
import { MODELS, words } from './words';

/** What the method is, and, where several were weighed, how each did. */
export function HowChosen({ consensus }: { consensus: Consensus }) {
  const method = consensus.methods.find(({ id }) => id === consensus.method);
  return (
    <details className={styles.how}>
      <summary>{words.how}</summary>
      {method && <p>{words.about(method.summary, method.reference)}</p>}
      {consensus.candidates.length > 0 && (
        <>
          <p>{words.howText}</p>
          <table className={styles.table} aria-label={words.how}>
            <thead>
              <tr>
                <th scope="col">{words.model}</th>
                <th scope="col">{words.weight}</th>
                <th scope="col">{words.behind}</th>
              </tr>
            </thead>
            <tbody>
              {consensus.candidates.map(({ model, weight, difference, standard_error }) => (
                <tr key={model}>
                  <th scope="row">{MODELS[model] ?? model}</th>
                  <td data-name={words.weight}>{percent(weight)}</td>
                  <td data-name={words.behind}>
                    {difference === 0 ? words.best : words.difference(difference, standard_error)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </details>
  );
}
