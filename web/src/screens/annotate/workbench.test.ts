import { beforeEach, expect, test, vi } from 'vitest';
import type { Control, ResultItem, SubmitAnswer } from '../../api/types';
import { loadLabelTypes, type LoadedTypes } from '../../labels/registry';
import type { Entry } from '../../shell/outbox/entry';
import { MemoryStore } from '../../shell/outbox/memory_store';
import { Outbox } from '../../shell/outbox/outbox';
import { ActiveClock } from './active_clock';
import { DraftBook } from './draft_book';
import { PastBook } from './past';
import { TaskQueue } from './task_queue';
import { words } from './words';
import { Workbench } from './workbench';

const OWNER = { person_id: 'per_1', workspace_id: 'wsp_1' };
const choice = (value: string) => ({
  value,
  label: value,
  hotkey: null,
  hint: null,
  background: null,
});
const CONTROL: Control = {
  name: 'tone',
  to_name: ['text'],
  type: 'choices',
  required: true,
  choices: [choice('Good'), choice('Bad')],
};
const GOOD = JSON.stringify(['Good']);
const BAD = JSON.stringify(['Bad']);

let types: LoadedTypes;
let store: MemoryStore;
let sent: Entry[];
let outbox: Outbox;
let nowMs: number;

const answered = (entry: Entry): SubmitAnswer => ({
  submission_id: entry.key,
  counted: true,
  undo_until: new Date(nowMs + 60_000).toISOString(),
  message: null,
});

async function open(ids = ['a', 'b', 'c', 'd']): Promise<Workbench> {
  outbox = new Outbox(store, OWNER, {
    send: (entry) => {
      sent.push(entry);
      return Promise.resolve(answered(entry));
    },
    alone: (work) => work(),
    later: () => () => undefined,
    isOnline: () => true,
    random: () => 1,
    tell: () => undefined,
  });
  const drafts = new DraftBook(store, OWNER, () => nowMs);
  const queue = new TaskQueue(
    {
      next: (count, leaveOut) =>
        Promise.resolve({
          assignments: ids
            .filter((id) => !leaveOut.includes(id))
            .slice(0, count)
            .map((id) => ({
              id,
              data: { text: `text ${id}` },
              lease_seconds: 60,
              label_config_version: 1,
            })),
          empty: null,
          break_due: false,
          progress: { today: sent.length, total: 100 + sent.length },
        }),
      draft: (id) => drafts.read(id),
      nowMs: () => nowMs,
      later: () => () => undefined,
      random: () => 1,
    },
    3,
  );
  const parts = { projectId: 'p', undoSeconds: 60, controls: [CONTROL], types, owner: OWNER };
  const workbench = new Workbench({
    ...parts,
    progress: { today: 0, total: 100 },
    queue,
    drafts,
    past: new PastBook(),
    outbox,
    clock: new ActiveClock(() => nowMs),
    nowMs: () => nowMs,
  });
  queue.fill();
  await vi.waitFor(() => expect(workbench.view.get().shown?.id).toBe(ids[0]));
  return workbench;
}

const chosen = (items: readonly ResultItem[]) => items[0]?.value.choices;
const shown = (workbench: Workbench) => workbench.view.get().shown?.id;

beforeEach(async () => {
  types = await loadLabelTypes(['choices']);
  store = new MemoryStore();
  sent = [];
  nowMs = 1_000_000;
});

test('Enter takes the answer away and shows the next task in the same moment', async () => {
  const workbench = await open();
  workbench.press(CONTROL, GOOD);
  nowMs += 2500;
  workbench.submit();
  expect(shown(workbench)).toBe('b');
  expect(workbench.view.get().answer.items).toEqual([]);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({
    kind: 'submit',
    assignment_id: 'a',
    body: { result: [{ from_name: 'tone', to_name: 'text', type: 'choices' }], seconds: 2.5 },
  });
  expect(sent[0]?.body).toMatchObject({ submission_id: sent[0]?.key });
  expect(workbench.view.get().progress).toEqual({ today: 1, total: 101 });
});

test('a required answer is asked for kindly, and nothing is sent', async () => {
  const workbench = await open();
  workbench.submit();
  expect(workbench.view.get().missing?.sentence).toContain('Choose one');
  expect(shown(workbench)).toBe('a');
  workbench.press(CONTROL, GOOD);
  expect(workbench.view.get().missing).toBeNull();
});

test('two presses of Enter are one answer to one task', async () => {
  const workbench = await open();
  workbench.press(CONTROL, GOOD);
  workbench.submit();
  workbench.submit();
  expect(shown(workbench)).toBe('b');
  await vi.waitFor(() => expect(sent).toHaveLength(1));
});

test('undo brings the answer back; submitting again supersedes it', async () => {
  const workbench = await open();
  workbench.press(CONTROL, GOOD);
  workbench.submit();
  workbench.press(CONTROL, BAD);
  workbench.undo();
  expect(shown(workbench)).toBe('a');
  expect(chosen(workbench.view.get().answer.items)).toEqual(['Good']);
  workbench.press(CONTROL, BAD);
  workbench.submit();
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]).toMatchObject({ assignment_id: 'a', body: { supersedes: sent[0]?.key } });
  expect(shown(workbench)).toBe('b');
  expect(chosen(workbench.view.get().answer.items)).toEqual(['Bad']);
  expect(workbench.view.get().progress.today).toBe(1);
});

test('leaving an earlier task, or submitting it unchanged, sends nothing', async () => {
  const workbench = await open();
  workbench.press(CONTROL, GOOD);
  workbench.submit();
  workbench.undo();
  workbench.leavePast();
  expect(shown(workbench)).toBe('b');
  workbench.undo();
  workbench.submit();
  expect(workbench.view.get().said).toBe(words.unchanged);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(outbox.state.get().waiting).toEqual([]);
});

test('undo goes further back when pressed again, and ends kindly', async () => {
  const workbench = await open();
  for (const id of ['a', 'b']) {
    expect(shown(workbench)).toBe(id);
    workbench.press(CONTROL, GOOD);
    workbench.submit();
  }
  workbench.undo();
  workbench.undo();
  expect(shown(workbench)).toBe('a');
  workbench.undo();
  expect(shown(workbench)).toBe('a');
  expect(workbench.view.get().said).toBe(words.nothingEarlier);
});

test('after the time for it, undo says whom to ask', async () => {
  const workbench = await open();
  workbench.undo();
  expect(workbench.view.get().said).toBe(words.nothingToUndo);
  workbench.press(CONTROL, GOOD);
  workbench.submit();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  nowMs += 60_001;
  workbench.undo();
  expect(shown(workbench)).toBe('b');
  expect(workbench.view.get().said).toBe(words.undoOver);
});

test('skip gives the reason and goes on; flag gives the note and stays', async () => {
  const workbench = await open();
  workbench.flag('What about irony?', 'R3');
  expect(shown(workbench)).toBe('a');
  workbench.skip('unreadable', '');
  expect(shown(workbench)).toBe('b');
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent.map(({ kind, body }) => ({ kind, body }))).toEqual([
    { kind: 'flag', body: { note: 'What about irony?', rule: 'R3' } },
    { kind: 'skip', body: { reason: 'unreadable' } },
  ]);
  expect(workbench.view.get().progress.today).toBe(0);
});

test('a reload brings the draft and its seconds back', async () => {
  const before = await open();
  before.press(CONTROL, BAD);
  before.setConfidence(0.4);
  nowMs += 7000;
  before.stop();
  const after = await open();
  expect(chosen(after.view.get().answer.items)).toEqual(['Bad']);
  expect(after.view.get().answer.confidence).toBe(0.4);
  after.submit();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toMatchObject({ confidence: 0.4, seconds: 7 });
});

test('a task answered in another tab leaves the screen with a word', async () => {
  const workbench = await open();
  outbox.hear({ key: 'other', kind: 'submit', assignment_id: 'a', answer: null });
  expect(shown(workbench)).toBe('b');
  expect(workbench.view.get().said).toBe(words.otherTab);
});

test('while paused, keys do nothing', async () => {
  const workbench = await open();
  workbench.pause(true);
  workbench.press(CONTROL, GOOD);
  workbench.submit();
  expect(shown(workbench)).toBe('a');
  expect(workbench.view.get().answer.items).toEqual([]);
});
