import { deliver } from './deliver';
import type { Delivery, Owner } from './entry';
import { browserStore } from './browser_store';
import { Outbox, type OutboxWorld } from './outbox';

const CHANNEL = 'assay.outbox';

/** Runs the work while no other tab of this browser does; where locks are missing, at once. */
async function alone(work: () => Promise<void>): Promise<void> {
  // Missing on pages without TLS. Sending twice is harmless: the server knows the submission id.
  const locks = (navigator as { locks?: LockManager }).locks;
  if (locks) await locks.request(CHANNEL, work);
  else await work();
}

/** The outbox of one person in this browser, joined to the network events and the other tabs. */
export async function openOutbox(
  owner: Owner,
  renewSession: () => Promise<void>,
): Promise<{ outbox: Outbox; close: () => void }> {
  const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel(CHANNEL) : null;
  let closed = false;
  const world: OutboxWorld = {
    send: (entry) => deliver(entry, renewSession),
    alone,
    later: (seconds, work) => {
      const timer = setTimeout(work, seconds * 1000);
      return () => clearTimeout(timer);
    },
    isOnline: () => navigator.onLine,
    random: Math.random,
    tell: (message) => {
      if (!closed) channel?.postMessage(message);
    },
  };
  const outbox = new Outbox(await browserStore(), owner, world);
  const online = () => outbox.sendNow();
  if (channel)
    channel.onmessage = (event: MessageEvent<Delivery | 'changed'>) => outbox.hear(event.data);
  window.addEventListener('online', online);
  outbox.sendNow();
  return {
    outbox,
    close: () => {
      closed = true;
      window.removeEventListener('online', online);
      channel?.close();
      outbox.stop();
    },
  };
}
