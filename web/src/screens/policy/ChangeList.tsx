import type { Policy } from '../../api/lead/quality';
import { policyChanges } from './changes';
import styles from './Effect.module.css';
import { words } from './words';

/** Every setting that differs, with what it was and what it is. */
export function ChangeList({ before, after }: { before: Policy; after: Policy }) {
  const changes = policyChanges(before, after);
  if (changes.length === 0) return <p>{words.noDifference}</p>;
  return (
    <dl className={styles.changes}>
      {changes.map((change) => (
        <div key={change.field}>
          <dt>{change.title}</dt>
          <dd dir="auto">
            {change.before.length <= 1 && change.after.length <= 1 ? (
              <>
                <del>{change.before[0] ?? words.nothing}</del> →{' '}
                <ins>{change.after[0] ?? words.nothing}</ins>
              </>
            ) : (
              <ul>
                {change.before.map((line) => (
                  <li key={`- ${line}`}>
                    <del>{line}</del>
                  </li>
                ))}
                {change.after.map((line) => (
                  <li key={`+ ${line}`}>
                    <ins>{line}</ins>
                  </li>
                ))}
              </ul>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
