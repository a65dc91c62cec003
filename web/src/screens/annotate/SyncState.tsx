import { useEffect, useState } from 'react';
import { outboxCell } from '../../shell/outbox/mine';
import type { OutboxState } from '../../shell/outbox/outbox';
import { Button } from '../../ui/Button';
import { Cell, useCell } from '../../ui/cell';
import type { IconName } from '../../ui/icons';
import { Menu } from '../../ui/Menu';
import { State, type Tone } from '../../ui/State';
import { NotTaken } from './NotTaken';
import styles from './SyncState.module.css';
import { words } from './words';
import type { Workbench } from './workbench';

const NONE = new Cell<OutboxState>({ waiting: [], refused: [], reach: 'ok', durable: true });
const CALM_MS = 700;

interface Said {
  tone: Tone;
  icon: IconName;
  long: string;
  short: string;
}

function say({ waiting, refused, reach }: OutboxState): Said {
  const n = waiting.length;
  const tone = 'warn';
  if (refused.length > 0) {
    const long = words.refused(refused.length);
    return { tone: 'bad', icon: 'warn', long, short: long };
  }
  if (reach === 'offline') {
    return { tone, icon: 'offline', long: words.offline(n), short: words.offlineShort(n) };
  }
  if (reach === 'unreachable' || reach === 'signed_out') {
    return { tone, icon: 'waiting', long: words.unreachable(n), short: words.waiting(n) };
  }
  if (n > 0)
    return { tone: 'plain', icon: 'waiting', long: words.waiting(n), short: words.waiting(n) };
  return { tone: 'good', icon: 'check', long: words.saved, short: words.saved };
}

/** A tick, or what waits and why. Sending that takes less than a moment is not worth a word. */
export function SyncState({ workbench }: { workbench: Workbench }) {
  const outbox = useCell(outboxCell);
  const now = useCell(outbox?.state ?? NONE);
  const state = useCalm(now);
  const { tone, icon, long, short } = say(state);
  const face = (
    <span aria-busy={now.waiting.length > 0}>
      <State tone={tone} icon={icon}>
        <span className={styles.long}>{long}</span>
        <span className={styles.short}>{short}</span>
      </State>
    </span>
  );
  return (
    <Menu title={words.sync} face={face}>
      {state.waiting.length > 0 && <p>{words.syncWaiting(state.waiting.length)}</p>}
      {state.waiting.length + state.refused.length === 0 && <p>{words.syncSaved}</p>}
      {!state.durable && <p>{words.notDurable}</p>}
      {state.waiting.length > 0 && state.reach !== 'ok' && (
        <Button onClick={() => outbox?.sendNow()}>{words.sendNow}</Button>
      )}
      {outbox && state.refused.length > 0 && (
        <NotTaken outbox={outbox} entries={state.refused} workbench={workbench} />
      )}
    </Menu>
  );
}

/** The state, but a passing "1 waiting" of every submission is shown only when it stays. */
function useCalm(state: OutboxState): OutboxState {
  const [shown, setShown] = useState(state);
  const passing = state.reach === 'ok' && state.waiting.length > 0;
  useEffect(() => {
    const timer = setTimeout(() => setShown(state), passing ? CALM_MS : 0);
    return () => clearTimeout(timer);
  }, [state, passing]);
  return shown;
}
