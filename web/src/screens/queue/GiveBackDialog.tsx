import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { reallocate, type Worker } from '../../api/lead/queue';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { Actions, Dialog } from '../../ui/Dialog';
import { NumberField } from '../../ui/NumberField';
import { State } from '../../ui/State';
import { Failed } from '../parts/Loaded';
import styles from './Queue.module.css';
import { words } from './words';

interface Props {
  projectId: string;
  /** null: everybody who holds a task for long. */
  worker: Worker | null;
  onClose: () => void;
}

const IDLE_MINUTES = 60;

/** Tasks in hand go to others. It cannot be undone, so it is said what will happen. */
export function GiveBackDialog({ projectId, worker, onClose }: Props) {
  const [minutes, setMinutes] = useState(IDLE_MINUTES);
  // As it was when the dialog opened: the page beneath goes on looking.
  const [whose] = useState(worker);
  const client = useQueryClient();
  const give = useMutation({
    mutationFn: () =>
      reallocate(projectId, {
        person_ids: whose ? [whose.person.id] : null,
        idle_minutes: whose ? null : minutes,
      }),
    onSuccess: async (count) => {
      announce(words.gaveBack(count));
      await client.invalidateQueries({ queryKey: ['project', projectId] });
    },
  });
  const title = whose ? words.giveBackTitle(whose.person.name) : words.giveBackAll;
  const done = give.data !== undefined;
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          give.mutate();
        }}
      >
        {done ? (
          <p>
            <State tone="good">{words.gaveBack(give.data)}</State>
          </p>
        ) : (
          <>
            <p>{whose ? words.giveBackText(whose.held, whose.person.name) : words.idleText}</p>
            {!whose && (
              <NumberField
                label={words.idle}
                unit={words.idleUnit}
                value={minutes}
                min={0}
                max={100_000}
                onChange={setMinutes}
              />
            )}
          </>
        )}
        {give.error && <Failed error={give.error} />}
        <Actions>
          <Button look="quiet" onClick={onClose}>
            {done ? 'Close' : words.cancel}
          </Button>
          {!done && (
            <Button look="main" type="submit" busy={give.isPending}>
              {whose ? words.giveBackN(whose.held) : words.giveBackButton}
            </Button>
          )}
        </Actions>
      </form>
    </Dialog>
  );
}
