import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addSeats, people, type Seat } from '../../api/lead/people';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { Actions, Dialog } from '../../ui/Dialog';
import { CheckField } from '../../ui/NumberField';
import { SearchField } from '../../ui/SearchField';
import { Failed, Loaded } from '../parts/Loaded';
import styles from './People.module.css';
import { words } from './words';

interface Props {
  projectId: string;
  seats: readonly Seat[];
  onClose: () => void;
}

/** People of the workspace who are not in the project yet. */
export function AddSeatsDialog({ projectId, seats, onClose }: Props) {
  const [q, setQ] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const query = useInfiniteQuery(people(q));
  const client = useQueryClient();
  const inside = new Set(seats.filter(({ active }) => active).map(({ person }) => person.id));
  const add = useMutation({
    mutationFn: () => addSeats(projectId, [...chosen]),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['project', projectId] });
      announce(words.seats.added(chosen.length));
      onClose();
    },
  });
  return (
    <Dialog title={words.seats.addTitle} onClose={onClose}>
      <p className={styles.quiet}>{words.seats.addHint}</p>
      <SearchField label={words.search} value={q} onChange={setQ} />
      <Loaded query={query} lines={[60, 70, 50]}>
        {({ pages }) => {
          const others = pages
            .flatMap((page) => page.items)
            .filter(({ id, active }) => active && !inside.has(id));
          return (
            <fieldset className={styles.checks}>
              <legend className="sr-only">{words.title}</legend>
              {others.length === 0 && <p className={styles.quiet}>{words.seats.everybodyIn}</p>}
              {others.map(({ id, name, email, role }) => (
                <CheckField
                  key={id}
                  label={name}
                  hint={`${words.roles[role]} · ${email ?? words.noEmail}`}
                  checked={chosen.includes(id)}
                  onChange={(on) =>
                    setChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id))
                  }
                />
              ))}
              {query.hasNextPage && (
                <Button onClick={() => void query.fetchNextPage()}>{words.more}</Button>
              )}
            </fieldset>
          );
        }}
      </Loaded>
      {add.error && <Failed error={add.error} />}
      <Actions>
        <Button
          look="main"
          busy={add.isPending}
          disabled={chosen.length === 0}
          onClick={() => add.mutate()}
        >
          {words.seats.addButton(chosen.length)}
        </Button>
      </Actions>
    </Dialog>
  );
}
