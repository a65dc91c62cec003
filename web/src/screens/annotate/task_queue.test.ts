import { beforeEach, expect, test, vi } from 'vitest';
import { Problem } from '../../api/problem';
import type { NextAnswer } from '../../api/types';
import { TaskQueue, type QueueWorld } from './task_queue';

const asked: { count: number; leaveOut: string[] }[] = [];
let waits: { seconds: number; work: () => void }[];
let nowMs: number;

const offer = (ids: string[], empty: NextAnswer['empty'] = null): NextAnswer => ({
  assignments: ids.map((id) => ({
    id,
    data: { text: id },
    lease_seconds: 60,
    label_config_version: 1,
  })),
  empty,
  break_due: false,
  progress: { today: 0, total: 0 },
});

/** A server with the tasks a, b, c … that gives open ones first. */
function worldOf(names: string[], world: Partial<QueueWorld> = {}): QueueWorld {
  return {
    next: (count, leaveOut) => {
      asked.push({ count, leaveOut });
      return Promise.resolve(offer(names.filter((id) => !leaveOut.includes(id)).slice(0, count)));
    },
    draft: () => Promise.resolve(null),
    nowMs: () => nowMs,
    later: (seconds, work) => {
      waits.push({ seconds, work });
      return () => undefined;
    },
    random: () => 1,
    ...world,
  };
}

const inHand = (queue: TaskQueue) => {
  const { current, ahead } = queue.state.get();
  return [current, ...ahead].map((held) => held?.assignment.id ?? null);
};

async function filled(queue: TaskQueue, ids: (string | null)[]) {
  await vi.waitFor(() => expect(inHand(queue)).toEqual(ids));
}

beforeEach(() => {
  asked.length = 0;
  waits = [];
  nowMs = 0;
});

test('holds the current task and the next ones', async () => {
  const queue = new TaskQueue(worldOf(['a', 'b', 'c', 'd']), 3);
  queue.fill();
  await filled(queue, ['a', 'b', 'c']);
});

test('the next task is there at once, and the hold is filled again behind it', async () => {
  const queue = new TaskQueue(worldOf(['a', 'b', 'c', 'd']), 3);
  queue.fill();
  await filled(queue, ['a', 'b', 'c']);
  queue.advance();
  expect(inHand(queue)).toEqual(['b', 'c']);
  await filled(queue, ['b', 'c', 'd']);
  expect(asked.at(-1)).toEqual({ count: 3, leaveOut: ['a'] });
});

test('an offer made before the answer arrived does not bring the task back', async () => {
  const late = worldOf([], { next: () => Promise.resolve(offer(['a', 'b'])) });
  const queue = new TaskQueue(late, 2);
  queue.fill();
  await filled(queue, ['a', 'b']);
  queue.advance();
  await filled(queue, ['b']);
});

test('what waits in the outbox from before is left out from the start', async () => {
  const queue = new TaskQueue(worldOf(['a', 'b']), 1, ['a']);
  queue.fill();
  await filled(queue, ['b']);
});

test('asking twice at once asks the server once more, not in parallel', async () => {
  const queue = new TaskQueue(worldOf(['a']), 1);
  queue.fill();
  queue.fill();
  queue.fill();
  await filled(queue, ['a']);
  await vi.waitFor(() => expect(asked).toHaveLength(2));
});

test('a failed request is repeated by itself, later and later', async () => {
  let fail = true;
  const world = worldOf(['a']);
  const queue = new TaskQueue(
    {
      ...world,
      next: (...args) => (fail ? Promise.reject(new Problem(503, {}, 5)) : world.next(...args)),
    },
    1,
  );
  queue.fill();
  await vi.waitFor(() => expect(waits).toHaveLength(1));
  expect(waits[0]!.seconds).toBe(5);
  expect(queue.state.get().problem?.status).toBe(503);
  fail = false;
  waits[0]!.work();
  await filled(queue, ['a']);
  expect(queue.state.get().problem).toBeNull();
});

test('what will not pass by itself is shown and not repeated', async () => {
  const queue = new TaskQueue(
    worldOf([], { next: () => Promise.reject(new Problem(403, { detail: 'Paused.' })) }),
    1,
  );
  queue.fill();
  await vi.waitFor(() => expect(queue.state.get().problem?.message).toBe('Paused.'));
  expect(waits).toEqual([]);
});

test('an empty queue says why and looks again', async () => {
  const empty = { code: 'all_done', message: 'Ask Lena.' };
  const queue = new TaskQueue(worldOf([], { next: () => Promise.resolve(offer([], empty)) }), 1);
  queue.fill();
  await vi.waitFor(() => expect(queue.state.get().empty).toEqual(empty));
  expect(waits.map((wait) => wait.seconds)).toEqual([30]);
});

test('a task ahead whose lease has run out is not shown', async () => {
  const queue = new TaskQueue(worldOf(['a', 'b', 'c']), 2);
  queue.fill();
  await filled(queue, ['a', 'b']);
  nowMs = 61_000;
  queue.advance();
  expect(queue.state.get().current).toBeNull();
});

test('a task answered in another tab leaves, and the screen goes on', async () => {
  const queue = new TaskQueue(worldOf(['a', 'b', 'c']), 2);
  queue.fill();
  await filled(queue, ['a', 'b']);
  expect(queue.drop('b')).toBe(false);
  expect(queue.drop('a')).toBe(true);
  await filled(queue, ['c']);
  expect(queue.drop('a')).toBe(false);
});

test('a task whose answer was given up may come again', async () => {
  const queue = new TaskQueue(worldOf(['a', 'b']), 1, ['a']);
  queue.fill();
  await filled(queue, ['b']);
  queue.allow('a');
  queue.advance();
  await filled(queue, ['a']);
});

test('drafts are there before the task is shown', async () => {
  const draft = { assignment_id: 'a', items: [], confidence: 0.3, seconds: 9, saved_at_ms: 0 };
  const kept = { ...draft, person_id: 'p', workspace_id: 'w' };
  const world = worldOf(['a'], { draft: (id) => Promise.resolve(id === 'a' ? kept : null) });
  const queue = new TaskQueue(world, 1);
  queue.fill();
  await filled(queue, ['a']);
  expect(queue.state.get().current?.draft).toEqual(kept);
});

test('a break that is due is told, and is over when the server says so', async () => {
  let due = true;
  const queue = new TaskQueue(
    worldOf(['a', 'b'], {
      next: () => Promise.resolve({ ...offer(['a']), break_due: due }),
    }),
    1,
  );
  queue.fill();
  await vi.waitFor(() => expect(queue.state.get().breakDue).toBe(true));
  due = false;
  queue.fill();
  await vi.waitFor(() => expect(queue.state.get().breakDue).toBe(false));
});
