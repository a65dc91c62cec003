import { Cell, useCell } from '../ui/cell';
import { Dialog } from '../ui/Dialog';
import { outboxCell } from './outbox/mine';
import type { OutboxState } from './outbox/outbox';
import { SignInForm } from './SignInForm';
import { words } from './words';

const NO_OUTBOX = new Cell<OutboxState>({ waiting: [], refused: [], reach: 'ok', durable: true });

/** Asks to sign in over the page, which stays as it is; what waits is sent afterwards. */
export function SignInAgain({ email }: { email: string | null }) {
  const outbox = useCell(outboxCell);
  const { waiting } = useCell(outbox?.state ?? NO_OUTBOX);
  return (
    <Dialog title={words.signedOutTitle}>
      <p>{words.signedOutText(waiting.length)}</p>
      <SignInForm knownEmail={email ?? undefined} />
    </Dialog>
  );
}
