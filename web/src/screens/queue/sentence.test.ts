import { expect, test } from 'vitest';
import { lane, QUEUE, worker } from '../../../tests/lead/queue';
import { person } from '../../../tests/lead/tasks';
import { queueSentence } from './sentence';
import { isOver, readSkills, writeSkills } from './skills';

const free = worker({ held: 0, oldest_lease: null });

test('says how much waits and who holds what', () => {
  expect(queueSentence(QUEUE)).toBe(
    '1,202 annotations wait to be taken on. Ben has 2 tasks in hand.',
  );
  const ada = worker({ person: person('ada', 'Ada') });
  const eve = worker({ person: person('eve', 'Eve') });
  expect(queueSentence({ ...QUEUE, people: [ada, QUEUE.people[0]!, eve], leased: 6 })).toBe(
    '1,202 annotations wait to be taken on. Ada and 2 others have 6 tasks in hand.',
  );
  expect(queueSentence({ ...QUEUE, open_slots: 1, leased: 0, people: [free] })).toBe(
    '1 annotation waits to be taken on. Nobody holds a task now.',
  );
});

test('nothing to do is told apart from nothing to hand out', () => {
  const idle = { ...QUEUE, open_slots: 0, leased: 0, people: [free] };
  expect(queueSentence({ ...idle, lanes: [] })).toBe('There are no tasks yet.');
  const done = lane({ fresh: 0, done: 1239, out: 1, open_slots: 0 });
  expect(queueSentence({ ...idle, lanes: [done] })).toBe(
    'Nothing waits: every task in the queue has its annotations. 1 task is taken out.',
  );
  expect(queueSentence({ ...QUEUE, open_slots: 0 })).toBe(
    'Everything that is open is in somebody’s hands. Ben has 2 tasks in hand.',
  );
});

test('a skill holds to the end of its last day; one that was not touched keeps its moment', () => {
  const before = { French: null, law: new Date(2026, 10, 22, 9, 30).toISOString() };
  const drafts = readSkills(before);
  expect(drafts).toEqual([
    { name: 'French', lastDay: '' },
    { name: 'law', lastDay: '2026-11-22' },
  ]);
  expect(writeSkills(drafts, before)).toEqual(before);
  const later = drafts.map((one) => ({ ...one, lastDay: '2026-12-01' }));
  const end = new Date(2026, 11, 1, 23, 59, 59, 999).toISOString();
  expect(writeSkills(later, before)).toEqual({ French: end, law: end });
  expect(isOver(end, new Date(2026, 11, 1, 12))).toBe(false);
  expect(isOver(end, new Date(2026, 11, 2))).toBe(true);
  expect(isOver(null)).toBe(false);
});
