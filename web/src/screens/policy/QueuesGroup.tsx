import { Button } from '../../ui/Button';
import { ChipsField } from '../../ui/ChipsField';
import { TextField } from '../../ui/Field';
import { offerUndo } from '../../ui/Undo';
import type { Queue } from '../../api/lead/policy';
import { removeQueue, renameQueue, replaced } from './edit';
import { EntryHead } from './EntryHead';
import { Group } from './Group';
import { useWrong } from './marks';
import { MarkLines } from './MarkLines';
import styles from './Policy.module.css';
import { queueSentence } from './sentences';
import type { KnownWords, Settings } from './settings';
import { words } from './words';

const MOST = 50;

/** Parts of the work that not everybody gets. */
export function QueuesGroup({ policy, set, known }: Settings & { known: KnownWords }) {
  const { queues } = policy;
  const remove = (place: number) => {
    const name = words.queue(queues[place]?.name ?? '');
    set(removeQueue(policy, place));
    offerUndo(words.removed(name), () => set(policy));
  };
  return (
    <Group id="queues" about="queues">
      {queues.length === 0 && <p className={styles.quiet}>{words.queueNone}</p>}
      <ul className={styles.list} hidden={queues.length === 0}>
        {queues.map((queue, place) => (
          <li key={place} className={styles.entry}>
            <EntryHead
              name={words.queue(queue.name)}
              title={queueSentence(queue)}
              onRemove={() => remove(place)}
            />
            <QueueFields
              at={`queues[${place}]`}
              queue={queue}
              known={known}
              onRename={(name) => set(renameQueue(policy, place, name))}
              onSkills={(skills) => set({ queues: replaced(queues, place, { ...queue, skills }) })}
            />
          </li>
        ))}
      </ul>
      <div>
        <Button
          icon="add"
          disabled={queues.length >= MOST}
          onClick={() => set({ queues: [...queues, { name: '', skills: [] }] })}
        >
          {words.queueAdd}
        </Button>
      </div>
    </Group>
  );
}

interface FieldsProps {
  at: string;
  queue: Queue;
  known: KnownWords;
  onRename: (name: string) => void;
  onSkills: (skills: string[]) => void;
}

function QueueFields({ at, queue, known, onRename, onSkills }: FieldsProps) {
  const wrongName = useWrong(`${at}.name`);
  const wrongSkills = useWrong(`${at}.skills`);
  return (
    <div className={styles.pair}>
      <TextField
        label={words.queueName}
        maxLength={60}
        autoComplete="off"
        error={wrongName}
        value={queue.name}
        onChange={onRename}
      />
      <div className={styles.marks}>
        <ChipsField
          label={words.skills}
          hint={words.skillsHint}
          error={wrongSkills}
          known={known.skills}
          values={queue.skills}
          removeTitle={words.removeValue}
          onChange={onSkills}
        />
        <MarkLines at={`${at}.skills`} warnings />
      </div>
    </div>
  );
}
