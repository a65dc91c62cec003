import { useSession } from '../../shell/session';
import { Button } from '../../ui/Button';
import { may } from '../parts/may';
import { QueueTools } from './QueueTools';
import styles from './QueueTools.module.css';
import { words } from './queue_words';

interface Props {
  projectId: string;
  chosen: ReadonlySet<string>;
  onClear: () => void;
}

/** What can be done with the rows that were chosen, on this page of the table and on others. */
export function ChosenBar({ projectId, chosen, onClear }: Props) {
  const { role } = useSession();
  if (chosen.size === 0 || !may(role, 'changeProject')) return null;
  return (
    <div className={styles.bar}>
      <span>{words.chosen(chosen.size)}</span>
      <QueueTools projectId={projectId} taskIds={[...chosen].map(Number)} out={null} />
      <Button look="quiet" onClick={onClear}>
        {words.clear}
      </Button>
    </div>
  );
}
