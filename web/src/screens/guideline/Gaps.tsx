import { Link } from '@tanstack/react-router';
import type { View } from '../../api/server';
import { Part } from '../../ui/Part';
import { State } from '../../ui/State';
import styles from './Guideline.module.css';
import { words } from './words';

/** What a good guideline says and this one does not; each leads to the field to fill. */
export function Gaps({
  projectId,
  gaps,
}: {
  projectId: string;
  gaps: readonly View['GuidelineGap'][];
}) {
  return (
    <Part title={words.gaps}>
      {gaps.length === 0 ? (
        <p className={styles.quiet}>{words.noGaps}</p>
      ) : (
        <>
          <p className={styles.quiet}>{words.gapHint}</p>
          <ul className={styles.gaps}>
            {gaps.map(({ field, message }) => (
              <li key={field}>
                <State tone="warn">
                  <Link
                    to="/projects/$projectId/guideline"
                    params={{ projectId }}
                    search={{ view: 'edit' }}
                    hash={field}
                    hashScrollIntoView={false}
                  >
                    {message}
                  </Link>
                </State>
              </li>
            ))}
          </ul>
        </>
      )}
    </Part>
  );
}
