import { expect, test } from 'vitest';
import { ForgivingStore, type BrowserStore } from './browser_store';
import type { Draft, Entry } from './entry';
import { IndexedStore } from './indexed_store';
import { MemoryStore } from './memory_store';

const OWNER = { person_id: 'per_1', workspace_id: 'wsp_1' };

function entry(key: string, kind: 'submit' | 'flag' = 'submit'): Entry {
  const frame = {
    ...OWNER,
    key,
    project_id: 'p',
    assignment_id: 'asg_1',
    preview: '',
    made_at_ms: 0,
  };
  if (kind === 'flag') return { ...frame, kind, body: { note: 'why?' } };
  return { ...frame, kind, body: { submission_id: key, result: [] } };
}

const draft = (saved_at_ms = 100): Draft => ({
  ...OWNER,
  assignment_id: 'asg_1',
  items: [],
  confidence: 0.5,
  seconds: 3,
  saved_at_ms,
});

const STORES: [string, () => Promise<BrowserStore>][] = [
  ['memory', () => Promise.resolve(new MemoryStore())],
  ['database', () => IndexedStore.open()],
  ['database with memory behind', async () => new ForgivingStore(await IndexedStore.open())],
  ['no database', () => Promise.resolve(new ForgivingStore(null))],
];

test.each(STORES)(
  '%s keeps entries in order and drops the draft with the answer',
  async (_, open) => {
    const store = await open();
    await store.keepDraft(draft());
    await store.add(entry('f', 'flag'));
    expect(await store.draft('asg_1')).toMatchObject({ confidence: 0.5 });
    await store.add(entry('a'));
    await store.add(entry('b'));
    expect(await store.draft('asg_1')).toBeNull();
    const kept = await store.entries();
    expect(kept.map((one) => one.key)).toEqual(['f', 'a', 'b']);
    await store.update({ ...kept[1]!, refused: { code: 'x', what: 'y', action: '' } });
    await store.remove(kept[0]!);
    expect((await store.entries()).map((one) => one.refused?.code)).toEqual(['x', undefined]);
    for (const one of await store.entries()) await store.remove(one);
    expect(await store.entries()).toEqual([]);
  },
);

test.each(STORES)('%s forgets old drafts only', async (_, open) => {
  const store = await open();
  await store.keepDraft(draft(100));
  await store.forgetDraftsBefore(100);
  expect(await store.draft('asg_1')).not.toBeNull();
  await store.forgetDraftsBefore(101);
  expect(await store.draft('asg_1')).toBeNull();
});

test('a full disk sends the entry to memory and says that nothing is durable', async () => {
  const database = await IndexedStore.open();
  database.add = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
  const store = new ForgivingStore(database);
  expect(store.durable).toBe(true);
  await store.add(entry('a'));
  expect(store.durable).toBe(false);
  const [kept] = await store.entries();
  expect(kept?.key).toBe('a');
  await store.remove(kept!);
  expect(await store.entries()).toEqual([]);
});
