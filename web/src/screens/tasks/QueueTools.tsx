import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { putBack, takeOut } from '../../api/lead/queue';
import { useSession } from '../../shell/session';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { Actions, Dialog } from '../../ui/Dialog';
import { TextArea } from '../../ui/Field';
import { offerUndo } from '../../ui/Undo';
import { Failed } from '../parts/Loaded';
import { may } from '../parts/may';
import { AssignDialog } from './AssignDialog';
import styles from './QueueTools.module.css';
import { words } from './queue_words';

interface Props {
  projectId: string;
  taskIds: readonly number[];
  /** Whether they are out of the queue; null when some may be and some not. */
  out: boolean | null;
}

/** Gives tasks to people, takes them out of the queue, or puts them back. */
export function QueueTools({ projectId, taskIds, out }: Props) {
  const { role } = useSession();
  const [open, setOpen] = useState<'assign' | 'out' | null>(null);
  const { back, error } = useMoves(projectId);
  if (!may(role, 'changeProject')) return null;
  const close = () => setOpen(null);
  return (
    <div className={styles.tools} role="group" aria-label={words.tools}>
      {out === true && <p className={styles.quiet}>{words.outNow}</p>}
      <Button onClick={() => setOpen('assign')}>{words.assign}</Button>
      {out !== true && <Button onClick={() => setOpen('out')}>{words.takeOut}</Button>}
      {out !== false && <Button onClick={() => back(taskIds)}>{words.putBack}</Button>}
      {error && <Failed error={error} />}
      {open === 'assign' && (
        <AssignDialog projectId={projectId} taskIds={taskIds} onClose={close} />
      )}
      {open === 'out' && <TakeOutDialog projectId={projectId} taskIds={taskIds} onClose={close} />}
    </div>
  );
}

interface Move {
  taskIds: readonly number[];
  out: boolean;
  reason: string;
}

/** Taking out and putting back are each other's undo. */
function useMoves(projectId: string) {
  const client = useQueryClient();
  const move = useMutation({
    mutationFn: ({ taskIds, out, reason }: Move) =>
      out
        ? takeOut(projectId, { task_ids: [...taskIds], reason })
        : putBack(projectId, [...taskIds]),
    onSuccess: () => client.invalidateQueries({ queryKey: ['project', projectId] }),
  });
  const go = (one: Move, onDone?: () => void) =>
    move.mutate(one, {
      onSuccess: (count) => {
        const said = one.out ? words.takenOut(count) : words.backAgain(count);
        if (count === 0) announce(said);
        else offerUndo(said, () => move.mutate({ ...one, out: !one.out }));
        onDone?.();
      },
    });
  return {
    back: (taskIds: readonly number[]) => go({ taskIds, out: false, reason: '' }),
    out: (taskIds: readonly number[], reason: string, onDone: () => void) =>
      go({ taskIds, out: true, reason }, onDone),
    busy: move.isPending,
    error: move.error,
  };
}

interface DialogProps {
  projectId: string;
  taskIds: readonly number[];
  onClose: () => void;
}

function TakeOutDialog({ projectId, taskIds, onClose }: DialogProps) {
  const [reason, setReason] = useState('');
  const { out, busy, error } = useMoves(projectId);
  return (
    <Dialog title={words.takeOutTitle(taskIds.length)} onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          out(taskIds, reason.trim(), onClose);
        }}
      >
        <p>{words.takeOutText}</p>
        <TextArea
          label={words.reason}
          hint={words.reasonHint}
          rows={2}
          maxLength={4000}
          value={reason}
          onChange={setReason}
        />
        {error && <Failed error={error} />}
        <Actions>
          <Button look="quiet" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button look="main" type="submit" busy={busy}>
            {words.takeOut}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
