import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { restoreRevert, reverts, type Revert } from '../../api/lead/records';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { Actions, Dialog } from '../../ui/Dialog';
import { TextArea } from '../../ui/Field';
import { moment } from '../../ui/format';
import { Part } from '../../ui/Part';
import { State, type Tone } from '../../ui/State';
import { Failed, Loaded } from '../parts/Loaded';
import styles from './Records.module.css';
import { effectWords, selectionWords } from './revert_words';
import { words } from './words';

const TONES: Readonly<Record<Revert['state'], Tone>> = {
  waiting: 'plain',
  running: 'plain',
  done: 'good',
  failed: 'bad',
  canceled: 'warn',
};

/** What was set aside and restored, newest first. */
export function RevertList({ projectId, mayRestore }: { projectId: string; mayRestore: boolean }) {
  const query = useInfiniteQuery(reverts(projectId));
  const [asked, setAsked] = useState<Revert | null>(null);
  return (
    <Part title={words.list} lead={words.listLead}>
      <Loaded query={query} lines={[90, 70]}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <p className={styles.quiet}>{words.noReverts}</p>;
          return (
            <ul className={styles.reverts}>
              {items.map((one) => (
                <Row
                  key={one.id}
                  projectId={projectId}
                  revert={one}
                  onRestore={mayRestore && one.can_restore ? () => setAsked(one) : null}
                />
              ))}
            </ul>
          );
        }}
      </Loaded>
      {query.hasNextPage && (
        <div>
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {words.moreOfThem}
          </Button>
        </div>
      )}
      {asked && (
        <RestoreDialog projectId={projectId} revert={asked} onClose={() => setAsked(null)} />
      )}
    </Part>
  );
}

interface RowProps {
  projectId: string;
  revert: Revert;
  onRestore: (() => void) | null;
}

function Row({ projectId, revert, onRestore }: RowProps) {
  useNewsOf(projectId, revert);
  const isOver = ['done', 'failed', 'canceled'].includes(revert.state);
  return (
    <li>
      <div className={styles.about}>
        <p dir="auto">{revert.reason}</p>
        <p className={styles.quiet}>
          {[
            words.kinds[revert.kind],
            revert.kind === 'revert' ? selectionWords(revert) : '',
            revert.by.name,
            moment(revert.at),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <p className={styles.result}>
          <State tone={TONES[revert.state]} icon={isOver ? undefined : 'waiting'}>
            {words.states[revert.state]}
          </State>
          <span className={styles.quiet}>
            {isOver || revert.total === null
              ? effectWords(revert.effects)
              : words.far(revert.progress, revert.total)}
          </span>
        </p>
      </div>
      {onRestore && <Button onClick={onRestore}>{words.restore}</Button>}
    </li>
  );
}

/** When it ends while one looks, everything that hangs on it is read again. */
function useNewsOf(projectId: string, revert: Revert) {
  const client = useQueryClient();
  const before = useRef(revert.state);
  useEffect(() => {
    if (before.current === revert.state) return;
    before.current = revert.state;
    announce(`${words.kinds[revert.kind]}: ${words.states[revert.state]}.`);
    if (revert.state === 'done') {
      void client.invalidateQueries({ queryKey: ['project', projectId] });
    }
  }, [revert, projectId, client]);
}

interface RestoreProps {
  projectId: string;
  revert: Revert;
  onClose: () => void;
}

function RestoreDialog({ projectId, revert, onClose }: RestoreProps) {
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const restore = useMutation({
    mutationFn: () => restoreRevert(projectId, revert.id, reason.trim()),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['project', projectId] });
      onClose();
    },
  });
  return (
    <Dialog title={words.restoreTitle} onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          restore.mutate();
        }}
      >
        <p>{words.restoreText}</p>
        <TextArea
          label={words.reason}
          rows={2}
          autoFocus
          maxLength={4000}
          value={reason}
          onChange={setReason}
        />
        {restore.error && <Failed error={restore.error} />}
        <Actions>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            type="submit"
            look="main"
            busy={restore.isPending}
            disabled={reason.trim() === ''}
          >
            {words.restore}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
