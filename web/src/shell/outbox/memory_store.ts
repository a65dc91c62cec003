import type { BrowserStore } from './browser_store';
import type { Draft, Entry } from './entry';

/** Beyond every number the database gives, so that both can stand in one list. */
const FIRST_SEQ = 2 ** 50;

/** For browsers that keep nothing, and for tests. */
export class MemoryStore implements BrowserStore {
  readonly durable = false;
  private kept: Entry[] = [];
  private readonly drafts = new Map<string, Draft>();
  private lastSeq = FIRST_SEQ;

  add(entry: Entry): Promise<void> {
    entry.seq = ++this.lastSeq;
    this.kept.push(entry);
    if (entry.kind !== 'flag') this.drafts.delete(entry.assignment_id);
    return Promise.resolve();
  }

  has(entry: Entry): boolean {
    return this.kept.some((other) => other.seq === entry.seq);
  }

  update(entry: Entry): Promise<void> {
    this.kept = this.kept.map((other) => (other.seq === entry.seq ? entry : other));
    return Promise.resolve();
  }

  remove(entry: Entry): Promise<void> {
    this.kept = this.kept.filter((other) => other.seq !== entry.seq);
    return Promise.resolve();
  }

  entries(): Promise<Entry[]> {
    return Promise.resolve([...this.kept]);
  }

  draft(assignmentId: string): Promise<Draft | null> {
    return Promise.resolve(this.drafts.get(assignmentId) ?? null);
  }

  keepDraft(draft: Draft): Promise<void> {
    this.drafts.set(draft.assignment_id, draft);
    return Promise.resolve();
  }

  forgetDraftsBefore(ms: number): Promise<void> {
    for (const [id, draft] of this.drafts) if (draft.saved_at_ms < ms) this.drafts.delete(id);
    return Promise.resolve();
  }
}
