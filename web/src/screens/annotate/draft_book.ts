import type { ResultItem } from '../../api/types';
import type { BrowserStore } from '../../shell/outbox/browser_store';
import type { Draft, Owner } from '../../shell/outbox/entry';

/** What is answered so far, before it is submitted. */
export interface Answer {
  items: ResultItem[];
  /** 0..1; null: not said. */
  confidence: number | null;
}

export const NO_ANSWER: Answer = { items: [], confidence: null };

const KEEP_DAYS = 14;
const SETTLE_MS = 250;

/** Unfinished answers, each under its assignment, kept in the browser a quarter of a second after a change. */
export class DraftBook {
  private readonly store: BrowserStore;
  private readonly owner: Owner;
  private readonly nowMs: () => number;
  private readonly pending = new Map<string, Draft>();
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(store: BrowserStore, owner: Owner, nowMs: () => number = Date.now) {
    this.store = store;
    this.owner = owner;
    this.nowMs = nowMs;
    void store.forgetDraftsBefore(nowMs() - KEEP_DAYS * 86_400_000);
  }

  /** The kept draft; null when there is none, or it is another person's. */
  async read(assignmentId: string): Promise<Draft | null> {
    const draft = this.pending.get(assignmentId) ?? (await this.store.draft(assignmentId));
    return draft?.person_id === this.owner.person_id ? draft : null;
  }

  keep(assignmentId: string, answer: Answer, seconds: number): void {
    this.pending.set(assignmentId, {
      ...this.owner,
      ...answer,
      assignment_id: assignmentId,
      seconds,
      saved_at_ms: this.nowMs(),
    });
    this.timer ??= setTimeout(() => this.flush(), SETTLE_MS);
  }

  /** The answer was submitted: a draft still on its way must not come back. The outbox drops the kept one. */
  forget(assignmentId: string): void {
    this.pending.delete(assignmentId);
  }

  /** Writes what is pending now; also when the page is about to go. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (const draft of this.pending.values()) void this.store.keepDraft(draft);
    this.pending.clear();
  }
}
