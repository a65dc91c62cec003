import { asProblem, type Problem } from '../../api/problem';
import type { SubmitAnswer } from '../../api/types';
import { Cell } from '../../ui/cell';
import { backoffSeconds } from './backoff';
import type { BrowserStore } from './browser_store';
import type { Delivery, Entry, Owner } from './entry';

/** What keeps entries from leaving: nothing, no network, no answer, or nobody signed in. */
export type Reach = 'ok' | 'offline' | 'unreachable' | 'signed_out';

export interface OutboxState {
  waiting: readonly Entry[];
  refused: readonly Entry[];
  reach: Reach;
  /** False: this browser keeps nothing, so the tab must stay open until all is sent. */
  durable: boolean;
}

/** The world around the outbox; tests give their own. */
export interface OutboxWorld {
  send: (entry: Entry) => Promise<SubmitAnswer | null>;
  /** Runs the work while no other tab does. */
  alone: (work: () => Promise<void>) => Promise<void>;
  /** Calls back after the seconds given; returns the way to stop it. */
  later: (seconds: number, work: () => void) => () => void;
  isOnline: () => boolean;
  random: () => number;
  /** Tells the other tabs. */
  tell: (message: Delivery | 'changed') => void;
}

/**
 * Answers on their way to the server. An entry is stored before it is sent, sent in order, sent
 * again until the server has answered, and never dropped without the person's word: what the
 * server refuses stays in `refused`.
 */
export class Outbox {
  readonly state: Cell<OutboxState>;
  private readonly store: BrowserStore;
  private readonly owner: Owner;
  private readonly world: OutboxWorld;
  private readonly listeners = new Set<(delivery: Delivery) => void>();
  /** Shown as waiting, but not kept yet: what is read from the store does not have them. */
  private readonly adding = new Set<Entry>();
  private tries = 0;
  private draining = false;
  private again = false;
  private stopped = false;
  private stopTimer: (() => void) | null = null;

  constructor(store: BrowserStore, owner: Owner, world: OutboxWorld) {
    this.store = store;
    this.owner = owner;
    this.world = world;
    this.state = new Cell<OutboxState>({
      waiting: [],
      refused: [],
      reach: 'ok',
      durable: store.durable,
    });
  }

  /** Keeps the entry, then starts sending. */
  async add(entry: Entry): Promise<void> {
    this.adding.add(entry);
    this.show({ waiting: [...this.state.get().waiting, entry] });
    try {
      await this.store.add(entry);
    } finally {
      this.adding.delete(entry);
    }
    this.world.tell('changed');
    this.sendNow();
  }

  /** Called with each entry that arrived, also when another tab sent it. */
  onDelivered(listener: (delivery: Delivery) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A word from another tab. */
  hear(message: Delivery | 'changed'): void {
    if (message !== 'changed') this.delivered(message);
    void this.refresh();
  }

  /** Forgets the waiting time and tries at once. */
  sendNow(): void {
    this.stopTimer?.();
    this.stopTimer = null;
    void this.drain();
  }

  /** Sends a refused entry once more, unchanged. */
  async resend(entry: Entry): Promise<void> {
    const { refused: _, ...clean } = entry;
    await this.store.update(clean);
    await this.refresh();
    this.sendNow();
  }

  /** Drops a refused entry: the person has seen it and decided. */
  async discard(entry: Entry): Promise<void> {
    await this.store.remove(entry);
    this.world.tell('changed');
    await this.refresh();
  }

  /** Reads what is kept, at start and after another tab changed it; returns what may be sent. */
  async refresh(): Promise<Entry[]> {
    const mine = (await this.store.entries()).filter(
      (entry) =>
        entry.person_id === this.owner.person_id && entry.workspace_id === this.owner.workspace_id,
    );
    const waiting = mine.filter((entry) => !entry.refused);
    const refused = mine.filter((entry) => entry.refused);
    const kept = new Set(mine.map((entry) => entry.key));
    const coming = [...this.adding].filter((entry) => !kept.has(entry.key));
    this.show({ waiting: [...waiting, ...coming], refused, durable: this.store.durable });
    return waiting;
  }

  /** Sends no further; what waits stays kept. */
  stop(): void {
    this.stopped = true;
    this.stopTimer?.();
    this.listeners.clear();
  }

  private async drain(): Promise<void> {
    if (this.draining) {
      this.again = true;
      return;
    }
    this.draining = true;
    try {
      do {
        await this.world.alone(() => this.sendAll());
      } while (this.again);
    } finally {
      this.draining = false;
    }
  }

  private async sendAll(): Promise<void> {
    this.again = false;
    while (!this.stopped) {
      const [entry] = await this.refresh();
      if (!entry) {
        this.show({ reach: 'ok' });
        return;
      }
      let answer: SubmitAnswer | null;
      try {
        answer = await this.world.send(entry);
      } catch (error) {
        if (await this.canGoOn(entry, asProblem(error))) continue;
        return;
      }
      await this.store.remove(entry);
      this.tries = 0;
      const { key, kind, assignment_id } = entry;
      this.delivered({ key, kind, assignment_id, answer });
      this.world.tell({ key, kind, assignment_id, answer });
    }
  }

  /** True when the next entry may be tried: this one was refused and laid aside. */
  private async canGoOn(entry: Entry, problem: Problem): Promise<boolean> {
    if (problem.status === 401) {
      this.show({ reach: 'signed_out' });
      return false;
    }
    if (problem.passes) {
      this.tries += 1;
      this.show({ reach: this.world.isOnline() ? 'unreachable' : 'offline' });
      const seconds = backoffSeconds(this.tries, problem.retryAfterSeconds, this.world.random);
      this.stopTimer?.();
      if (!this.stopped) this.stopTimer = this.world.later(seconds, () => this.sendNow());
      this.again = false;
      return false;
    }
    const { code, message: what, action } = problem;
    await this.store.update({ ...entry, refused: { code, what, action } });
    this.world.tell('changed');
    return true;
  }

  private delivered(delivery: Delivery): void {
    for (const listener of this.listeners) listener(delivery);
  }

  private show(part: Partial<OutboxState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}
