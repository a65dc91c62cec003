import { IndexedStore } from './indexed_store';
import { MemoryStore } from './memory_store';
import type { Draft, Entry } from './entry';

/** Where answers wait: the browser's database, or memory where a browser keeps nothing. */
export interface BrowserStore {
  /** False: closing the tab loses what waits. */
  readonly durable: boolean;
  /** Keeps the entry and drops the draft it came from, together. Resolves when both are on disk. */
  add(entry: Entry): Promise<void>;
  update(entry: Entry): Promise<void>;
  remove(entry: Entry): Promise<void>;
  /** In the order they were added. */
  entries(): Promise<Entry[]>;
  draft(assignmentId: string): Promise<Draft | null>;
  keepDraft(draft: Draft): Promise<void>;
  /** Drops drafts last touched before the moment given. */
  forgetDraftsBefore(ms: number): Promise<void>;
}

/**
 * The database, with memory behind it: an entry the database will not take (no space left, private
 * mode) waits in memory instead, and `durable` turns false so that the page can say so.
 */
export class ForgivingStore implements BrowserStore {
  private readonly memory = new MemoryStore();
  private readonly database: BrowserStore | null;
  private refusedOnce = false;

  constructor(database: BrowserStore | null) {
    this.database = database;
  }

  get durable(): boolean {
    return this.database !== null && !this.refusedOnce;
  }

  private async first<T>(work: (store: BrowserStore) => Promise<T>): Promise<T> {
    if (this.database) {
      try {
        return await work(this.database);
      } catch {
        this.refusedOnce = true; // Said on the page through `durable`.
      }
    }
    return work(this.memory);
  }

  private homeOf(entry: Entry): BrowserStore {
    return this.database && !this.memory.has(entry) ? this.database : this.memory;
  }

  add(entry: Entry): Promise<void> {
    return this.first((store) => store.add(entry));
  }

  update(entry: Entry): Promise<void> {
    return this.homeOf(entry).update(entry);
  }

  remove(entry: Entry): Promise<void> {
    return this.homeOf(entry).remove(entry);
  }

  async entries(): Promise<Entry[]> {
    const kept = this.database ? await this.first((store) => store.entries()) : [];
    const inMemory = await this.memory.entries();
    return [...kept.filter((entry) => !this.memory.has(entry)), ...inMemory];
  }

  draft(assignmentId: string): Promise<Draft | null> {
    return this.first((store) => store.draft(assignmentId));
  }

  keepDraft(draft: Draft): Promise<void> {
    return this.first((store) => store.keepDraft(draft));
  }

  forgetDraftsBefore(ms: number): Promise<void> {
    return this.first((store) => store.forgetDraftsBefore(ms));
  }
}

let opened: Promise<BrowserStore> | null = null;

/** The browser's store, opened once. */
export function browserStore(): Promise<BrowserStore> {
  opened ??= IndexedStore.open().then(
    (database) => new ForgivingStore(database),
    () => new ForgivingStore(null),
  );
  return opened;
}
