import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Control, OutlineNode } from '../api/types';
import { allotKeys, freeKey } from './key_slots';
import { Outline, splitOutline } from './outline';
import { labelTypeIds, loadLabelTypes } from './registry';
import { shownText } from './shown_text';

const control = (
  name: string,
  values: string[],
  hotkeys: Record<string, string> = {},
): Control => ({
  name,
  to_name: ['text'],
  type: 'choices',
  required: true,
  choices: values.map((value) => ({
    value,
    label: value,
    hotkey: hotkeys[value] ?? null,
    hint: null,
    background: null,
  })),
});

const node = (tag: string, more: Partial<OutlineNode> = {}): OutlineNode => ({
  tag,
  attrs: {},
  children: [],
  ...more,
});
const TEXT = node('Text', { name: 'text', value: [{ path: ['text'] }] });
const HEADER = node('Header', { value: [{ text: 'How is it?' }] });
const TONE = node('Choices', { name: 'tone' });

const types = await loadLabelTypes(labelTypeIds());
const keysOf = (controls: Control[], reserved: string[] = []) =>
  allotKeys(controls, types, new Set(reserved)).map((slot) => slot.key);

test('every listed type loads under its own name and keeps the contract', () => {
  for (const id of labelTypeIds()) {
    const type = types.get(id);
    expect(type?.id).toBe(id);
    const empty = { name: 'c', to_name: ['t'], type: id, required: false };
    expect(type?.slots(empty)).toEqual([]);
    expect(type?.missing(empty, [])).toBeNull();
    expect(type?.chosen([])).toEqual([]);
  }
});

test('number keys in the order of the config, over all controls', () => {
  expect(keysOf([control('a', ['x', 'y']), control('b', ['z'])])).toEqual(['1', '2', '3']);
});

test('asked-for keys come first; of two that ask for one, the first gets it, and it is said', () => {
  const slots = allotKeys([control('a', ['x', 'y', 'z'], { y: 'S', z: 's' })], types, new Set());
  expect(slots.map((slot) => slot.key)).toEqual(['1', 's', '2']);
  expect(slots.map((slot) => slot.remark !== null)).toEqual([false, false, true]);
});

test('the page keeps its reserved keys, and its others give way', () => {
  const slots = allotKeys([control('a', ['x', 'y'], { x: 'g', y: 's' })], types, new Set(['g']));
  expect(slots.map((slot) => slot.key)).toEqual(['1', 's']);
  expect(freeKey(['s', 'x'], slots)).toBe('x');
});

test('more choices than keys: the last ones are pressed by hand', () => {
  const many = control(
    'a',
    Array.from({ length: 40 }, (_, n) => `c${n}`),
  );
  const keys = keysOf([many]);
  expect(new Set(keys.filter(Boolean)).size).toBe(32);
  expect(keys.at(-1)).toBeNull();
});

test.each([
  [{ value: [{ text: 'From ' }, { path: ['mail', 'from', 0] }] }, 'From Ana'],
  [{ value: [{ path: ['mail', 'gone', 'deeper'] }] }, ''],
  [{ value: [{ path: ['toString'] }] }, ''],
  [{ value: [{ path: ['count'] }] }, '3'],
  [{ attrs: { value: '$mail.from[0]' } }, 'Ana'],
  [{ attrs: { value: 'Costs 5' } }, 'Costs 5'],
])('%j shows %j', (more, text) => {
  const data = { mail: { from: ['Ana'] }, count: 3 };
  expect(shownText(node('Text', more), data)).toBe(text);
});

test('the question goes with the controls, and they keep their place under the text', () => {
  const controls = new Map([['tone', control('tone', ['a'])]]);
  const plain = splitOutline(node('View', { children: [TEXT, HEADER, TONE] }), controls);
  expect(plain).toEqual({ stage: [TEXT], dock: [HEADER, TONE] });
  const nested = node('View', { children: [HEADER, TONE] });
  const inside = splitOutline(node('View', { children: [TEXT, nested] }), controls);
  expect(inside).toEqual({ stage: [TEXT], dock: [nested] });
});

test('a config that mixes texts and controls stays in its own order', () => {
  const controls = new Map([['tone', control('tone', ['a'])]]);
  const mixed = [TONE, TEXT];
  expect(splitOutline(node('View', { children: mixed }), controls)).toEqual({
    stage: mixed,
    dock: [],
  });
});

test('the outline draws text as text, its direction by itself, and says what it cannot draw', () => {
  const data = { text: '<b>bold</b> مرحبا' };
  const nodes = [TEXT, node('Unsupported', { name: 'Brush' })];
  const { container } = render(
    <Outline nodes={nodes} data={data} controls={new Map()} renderControl={() => null} />,
  );
  expect(screen.getByText('<b>bold</b> مرحبا').getAttribute('dir')).toBe('auto');
  expect(container.querySelector('b')).toBeNull();
  expect(container.textContent).toContain('“Brush”');
});
