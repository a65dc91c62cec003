import { useEffect } from 'react';
import type { Session } from '../../api/types';
import { Cell } from '../../ui/cell';
import { loadSession } from '../session';
import type { Outbox } from './outbox';
import { openOutbox } from './world';

/** The signed-in person's outbox; null until it is opened. It runs on every page, not only where it fills. */
export const outboxCell = new Cell<Outbox | null>(null);

/** Opens the outbox while somebody is signed in, and sends again after a new sign-in. */
export function useMyOutbox(session: Session, expired: boolean): void {
  const personId = session.person.id;
  const workspaceId = session.workspace.id;
  useEffect(() => {
    let close: (() => void) | null = null;
    let gone = false;
    const owner = { person_id: personId, workspace_id: workspaceId };
    void openOutbox(owner, loadSession).then((opened) => {
      if (gone) {
        opened.close();
        return;
      }
      close = opened.close;
      outboxCell.set(opened.outbox);
    });
    return () => {
      gone = true;
      close?.();
      outboxCell.set(null);
    };
  }, [personId, workspaceId]);

  useEffect(() => {
    if (!expired) outboxCell.get()?.sendNow();
  }, [expired]);
}
