import { beforeEach, expect, test, vi } from 'vitest';
import { Problem } from '../../api/problem';
import type { SubmitAnswer } from '../../api/types';
import { MemoryStore } from './memory_store';
import type { Delivery, Entry, Owner } from './entry';
import { Outbox, type OutboxWorld } from './outbox';

const ME: Owner = { person_id: 'per_1', workspace_id: 'wsp_1' };

function entry(key: string, owner: Owner = ME): Entry {
  const body = { submission_id: key, result: [], seconds: 2 };
  const rest = { project_id: 'p', assignment_id: `asg_${key}`, preview: 'text', made_at_ms: 0 };
  return { ...owner, ...rest, key, kind: 'submit', body };
}

const received = (key: string): SubmitAnswer => ({
  submission_id: key,
  counted: true,
  undo_until: null,
  message: null,
});

let store: MemoryStore;
let sent: string[];
let waits: { seconds: number; work: () => void }[];
let fail: Problem | null;

function outboxOf(world: Partial<OutboxWorld> = {}): Outbox {
  return new Outbox(store, ME, {
    send: (one) => {
      sent.push(one.key);
      if (fail) return Promise.reject(fail);
      return Promise.resolve(received(one.key));
    },
    alone: (work) => work(),
    later: (seconds, work) => {
      waits.push({ seconds, work });
      return () => undefined;
    },
    isOnline: () => true,
    random: () => 1,
    tell: () => undefined,
    ...world,
  });
}

const settled = (outbox: Outbox) =>
  vi.waitFor(() => expect(outbox.state.get().waiting).toHaveLength(0));

beforeEach(() => {
  store = new MemoryStore();
  sent = [];
  waits = [];
  fail = null;
});

test('an entry is stored before it is sent', async () => {
  const outbox = outboxOf({
    send: async (one) => {
      expect((await store.entries()).map((kept) => kept.key)).toContain(one.key);
      return received(one.key);
    },
  });
  await outbox.add(entry('a'));
  await settled(outbox);
  expect(await store.entries()).toEqual([]);
});

test('entries leave in order, one at a time', async () => {
  const outbox = outboxOf();
  await Promise.all(['a', 'b', 'c'].map((key) => outbox.add(entry(key))));
  await settled(outbox);
  expect(sent).toEqual(['a', 'b', 'c']);
});

test('without an answer it waits, says so, and sends the same entry again', async () => {
  fail = new Problem(0, {});
  const outbox = outboxOf();
  await outbox.add(entry('a'));
  await vi.waitFor(() => expect(outbox.state.get().reach).toBe('unreachable'));
  expect(waits.map((wait) => wait.seconds)).toEqual([1]);
  fail = null;
  waits[0]!.work();
  await settled(outbox);
  expect(sent).toEqual(['a', 'a']);
  expect(outbox.state.get().reach).toBe('ok');
});

test.each([502, 503, 504, 429])('%d is tried again, not before Retry-After', async (status) => {
  fail = new Problem(status, {}, 17);
  const outbox = outboxOf();
  await outbox.add(entry('a'));
  await vi.waitFor(() => expect(waits).toHaveLength(1));
  expect(waits[0]!.seconds).toBe(17);
  expect(outbox.state.get().waiting).toHaveLength(1);
});

test('waiting gets longer while the trouble lasts', async () => {
  fail = new Problem(503, {});
  const outbox = outboxOf();
  await outbox.add(entry('a'));
  for (const n of [1, 2, 3]) {
    await vi.waitFor(() => expect(waits).toHaveLength(n));
    waits[n - 1]!.work();
  }
  await vi.waitFor(() => expect(waits).toHaveLength(4));
  expect(waits.map((wait) => wait.seconds)).toEqual([1, 2, 4, 8]);
});

test('offline is told apart from a silent server', async () => {
  fail = new Problem(0, {});
  const outbox = outboxOf({ isOnline: () => false });
  await outbox.add(entry('a'));
  await vi.waitFor(() => expect(outbox.state.get().reach).toBe('offline'));
});

test.each([409, 422, 404, 413])(
  '%d is kept with its sentence, and the next ones go',
  async (status) => {
    const refusal = new Problem(status, { code: 'no', detail: 'Not taken.', action: 'Do this.' });
    const outbox = outboxOf({
      send: (one) =>
        one.key === 'a' ? Promise.reject(refusal) : Promise.resolve(received(one.key)),
    });
    await outbox.add(entry('a'));
    await outbox.add(entry('b'));
    await settled(outbox);
    const [kept] = outbox.state.get().refused;
    expect(kept?.refused).toEqual({ code: 'no', what: 'Not taken.', action: 'Do this.' });
    expect((await store.entries()).map((one) => one.key)).toEqual(['a']);
  },
);

test('a refused entry goes only by the word of the person, or when sent again', async () => {
  fail = new Problem(422, {});
  const outbox = outboxOf();
  await outbox.add(entry('a'));
  await vi.waitFor(() => expect(outbox.state.get().refused).toHaveLength(1));
  fail = null;
  await outbox.resend(outbox.state.get().refused[0]!);
  await vi.waitFor(async () => expect(await store.entries()).toEqual([]));
  expect(sent).toEqual(['a', 'a']);
});

test('a session that ended keeps everything until the next sign-in', async () => {
  fail = new Problem(401, {});
  const outbox = outboxOf();
  await outbox.add(entry('a'));
  await vi.waitFor(() => expect(outbox.state.get().reach).toBe('signed_out'));
  expect(waits).toEqual([]);
  fail = null;
  outbox.sendNow();
  await settled(outbox);
});

test('what another person left in this browser is neither shown nor sent', async () => {
  await store.add(entry('theirs', { ...ME, person_id: 'per_2' }));
  await store.add(entry('elsewhere', { ...ME, workspace_id: 'wsp_2' }));
  const outbox = outboxOf();
  await outbox.add(entry('mine'));
  await settled(outbox);
  expect(sent).toEqual(['mine']);
  expect((await store.entries()).map((one) => one.key)).toEqual(['theirs', 'elsewhere']);
});

test('a page opened anew sends what the closed one left', async () => {
  await store.add(entry('left'));
  const outbox = outboxOf();
  outbox.sendNow();
  await vi.waitFor(() => expect(sent).toEqual(['left']));
});

test('listeners and other tabs learn what arrived', async () => {
  const told: (Delivery | 'changed')[] = [];
  const heard: Delivery[] = [];
  const outbox = outboxOf({ tell: (message) => told.push(message) });
  outbox.onDelivered((delivery) => heard.push(delivery));
  await outbox.add(entry('a'));
  await settled(outbox);
  const delivery = { key: 'a', kind: 'submit', assignment_id: 'asg_a', answer: received('a') };
  expect(heard).toEqual([delivery]);
  expect(told).toEqual(['changed', delivery]);
});
