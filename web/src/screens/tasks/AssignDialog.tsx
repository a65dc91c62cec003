import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { seats } from '../../api/lead/people';
import { assignTasks } from '../../api/lead/queue';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { Actions, Dialog } from '../../ui/Dialog';
import { RadioRow } from '../../ui/Field';
import { CheckField } from '../../ui/NumberField';
import { State } from '../../ui/State';
import { Failed, Loaded } from '../parts/Loaded';
import styles from './QueueTools.module.css';
import { words } from './queue_words';

interface Props {
  projectId: string;
  taskIds: readonly number[];
  onClose: () => void;
}

const WHOM = [
  { value: 'only', title: words.only },
  { value: 'policy', title: words.policy },
] as const;

/** Lets only some people get these tasks, or whoever the policy means again. */
export function AssignDialog({ projectId, taskIds, onClose }: Props) {
  const [whom, setWhom] = useState<'only' | 'policy'>('only');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const client = useQueryClient();
  const assign = useMutation({
    mutationFn: () =>
      assignTasks(projectId, {
        task_ids: [...taskIds],
        person_ids: whom === 'only' ? [...chosen] : [],
      }),
    onSuccess: (count) => {
      announce(words.assigned(count));
      return client.invalidateQueries({ queryKey: ['project', projectId] });
    },
  });
  const done = assign.data !== undefined;
  return (
    <Dialog title={words.assignTitle(taskIds.length)} onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          assign.mutate();
        }}
      >
        {done ? (
          <p>
            <State tone="good">{words.assigned(assign.data)}</State>
          </p>
        ) : (
          <>
            <p>{words.assignText}</p>
            <RadioRow label={words.whom} value={whom} onChange={setWhom} options={WHOM} />
            {whom === 'only' && (
              <People projectId={projectId} chosen={chosen} onChange={setChosen} />
            )}
          </>
        )}
        {assign.error && <Failed error={assign.error} />}
        <Actions>
          <Button look="quiet" onClick={onClose}>
            {done ? words.close : words.cancel}
          </Button>
          {!done && (
            <Button
              look="main"
              type="submit"
              busy={assign.isPending}
              disabled={whom === 'only' && chosen.length === 0}
            >
              {words.assignButton}
            </Button>
          )}
        </Actions>
      </form>
    </Dialog>
  );
}

interface PeopleProps {
  projectId: string;
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}

function People({ projectId, chosen, onChange }: PeopleProps) {
  const query = useQuery(seats(projectId));
  return (
    <Loaded query={query} lines={[60, 60]}>
      {(all) => {
        const people = all.filter(({ active }) => active).map(({ person }) => person);
        if (people.length === 0) return <p className={styles.quiet}>{words.nobody}</p>;
        return (
          <fieldset className={styles.people}>
            <legend className="sr-only">{words.people}</legend>
            {people.map(({ id, name }) => (
              <CheckField
                key={id}
                label={name}
                checked={chosen.includes(id)}
                onChange={(on) =>
                  onChange(on ? [...chosen, id] : chosen.filter((one) => one !== id))
                }
              />
            ))}
          </fieldset>
        );
      }}
    </Loaded>
  );
}
