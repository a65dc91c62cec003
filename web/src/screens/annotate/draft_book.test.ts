import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MemoryStore } from '../../shell/outbox/memory_store';
import { DraftBook } from './draft_book';

const ME = { person_id: 'per_1', workspace_id: 'wsp_1' };
const ANSWER = { items: [], confidence: 0.7 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('drafts are kept per assignment, shortly after a change', async () => {
  const store = new MemoryStore();
  const book = new DraftBook(store, ME);
  book.keep('asg_1', ANSWER, 4);
  book.keep('asg_1', { ...ANSWER, confidence: 0.9 }, 5);
  expect(await store.draft('asg_1')).toBeNull();
  expect(await book.read('asg_1')).toMatchObject({ confidence: 0.9 });
  vi.advanceTimersByTime(300);
  expect(await store.draft('asg_1')).toMatchObject({ confidence: 0.9, seconds: 5 });
  expect(await book.read('asg_2')).toBeNull();
});

test('a submitted answer does not come back as a draft', async () => {
  const store = new MemoryStore();
  const book = new DraftBook(store, ME);
  book.keep('asg_1', ANSWER, 4);
  book.forget('asg_1');
  vi.advanceTimersByTime(300);
  expect(await store.draft('asg_1')).toBeNull();
});

test('another person at this browser does not see it', async () => {
  const store = new MemoryStore();
  new DraftBook(store, ME).keep('asg_1', ANSWER, 4);
  vi.advanceTimersByTime(300);
  const theirs = new DraftBook(store, { ...ME, person_id: 'per_2' });
  expect(await theirs.read('asg_1')).toBeNull();
});

test('drafts of two weeks ago are forgotten', async () => {
  const store = new MemoryStore();
  const day = 86_400_000;
  await store.keepDraft({ ...ME, ...ANSWER, assignment_id: 'old', seconds: 1, saved_at_ms: 0 });
  await store.keepDraft({
    ...ME,
    ...ANSWER,
    assignment_id: 'new',
    seconds: 1,
    saved_at_ms: 2 * day,
  });
  new DraftBook(store, ME, () => 15 * day);
  expect(await store.draft('old')).toBeNull();
  expect(await store.draft('new')).not.toBeNull();
});
