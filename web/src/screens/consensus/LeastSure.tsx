import { Link } from '@tanstack/react-router';
import type { Consensus } from '../../api/lead/consensus';
import { Part } from '../../ui/Part';
import { previewOf } from '../parts/preview_of';
import styles from '../quality/Agreement.module.css';
import { words } from './words';

/** The tasks whose answer is most in doubt; each opens with everything that was said. */
export function LeastSure({ consensus, projectId }: { consensus: Consensus; projectId: string }) {
  const method = consensus.methods.find(({ id }) => id === consensus.method);
  const doubt = method?.gives_probabilities ? words.sure : words.votes;
  return (
    <Part title={words.leastSure} lead={words.leastSureLead}>
      <ol className={styles.worstList}>
        {consensus.least_sure.map(({ task, data, labels, tied, confidence, n_annotations: n }) => (
          <li key={task}>
            <Link
              to="/projects/$projectId/tasks"
              params={{ projectId }}
              search={{ task }}
              dir="auto"
            >
              {previewOf(data) || words.openTask(task)}
            </Link>
            <span>
              {labels.join(', ') || words.tie(tied.map((one) => one.join(', ')).join(' / '))}
              {confidence !== null && ` · ${doubt(confidence, n)}`}
            </span>
          </li>
        ))}
      </ol>
    </Part>
  );
}
