import type { BrowserStore } from './browser_store';
import type { Draft, Entry } from './entry';

const DATABASE = 'assay';
const VERSION = 1;

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('storage failed'));
  });
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
    request.result.createObjectStore('drafts', { keyPath: 'assignment_id' });
  };
  return settled(request);
}

/** The browser's own database: survives reload, a closed tab and a power cut. */
export class IndexedStore implements BrowserStore {
  readonly durable = true;
  private readonly database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.database = database;
    // Another tab with a newer page wants to change the layout: let it.
    database.onversionchange = () => database.close();
  }

  static async open(): Promise<IndexedStore> {
    return new IndexedStore(await openDatabase());
  }

  private change(names: string[], work: (stores: IDBObjectStore[]) => void): Promise<void> {
    // Strict: an answer is told as kept only when it would survive a power cut.
    const change = this.database.transaction(names, 'readwrite', { durability: 'strict' });
    return new Promise((resolve, reject) => {
      change.oncomplete = () => resolve();
      change.onerror = change.onabort = () => reject(change.error ?? new Error('storage failed'));
      work(names.map((name) => change.objectStore(name)));
    });
  }

  add(entry: Entry): Promise<void> {
    return this.change(['outbox', 'drafts'], ([outbox, drafts]) => {
      const added = outbox?.add(entry);
      if (added) added.onsuccess = () => (entry.seq = Number(added.result));
      if (entry.kind !== 'flag') drafts?.delete(entry.assignment_id);
    });
  }

  update(entry: Entry): Promise<void> {
    return this.change(['outbox'], ([outbox]) => outbox?.put(entry));
  }

  remove(entry: Entry): Promise<void> {
    return this.change(['outbox'], ([outbox]) => {
      if (entry.seq !== undefined) outbox?.delete(entry.seq);
    });
  }

  entries(): Promise<Entry[]> {
    const store = this.database.transaction('outbox').objectStore('outbox');
    return settled(store.getAll() as IDBRequest<Entry[]>);
  }

  async draft(assignmentId: string): Promise<Draft | null> {
    const store = this.database.transaction('drafts').objectStore('drafts');
    const found = await settled(store.get(assignmentId) as IDBRequest<Draft | undefined>);
    return found ?? null;
  }

  keepDraft(draft: Draft): Promise<void> {
    return this.change(['drafts'], ([drafts]) => drafts?.put(draft));
  }

  forgetDraftsBefore(ms: number): Promise<void> {
    return this.change(['drafts'], ([drafts]) => {
      const cursor = drafts?.openCursor();
      if (!cursor) return;
      cursor.onsuccess = () => {
        if (!cursor.result) return;
        if ((cursor.result.value as Draft).saved_at_ms < ms) cursor.result.delete();
        cursor.result.continue();
      };
    });
  }
}
