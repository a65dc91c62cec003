import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { activeBindings, addKeys, conflictsOf, keyName, namesOf, type KeyBinding } from './keys';

const run = vi.fn();
const stops: (() => void)[] = [];

const binding = (id: string, keys: string[], more: Partial<KeyBinding> = {}): KeyBinding => ({
  id,
  keys,
  title: id,
  group: 'test',
  run: () => void run(id),
  ...more,
});

function keys(bindings: KeyBinding[], modal = false) {
  stops.push(addKeys(() => bindings, modal));
}

function press(key: string, init: KeyboardEventInit = {}, target: EventTarget = document.body) {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
}

beforeEach(() => run.mockClear());
afterEach(() => {
  for (const stop of stops.splice(0).reverse()) stop();
  document.body.replaceChildren();
});

test('a key runs its binding and is taken', () => {
  keys([binding('submit', ['enter'])]);
  expect(press('Enter').defaultPrevented).toBe(true);
  expect(run).toHaveBeenCalledExactlyOnceWith('submit');
});

test('keys rest while an input method composes, while held down, and in text fields', () => {
  keys([binding('one', ['1'])]);
  const field = document.body.appendChild(document.createElement('textarea'));
  press('1', { isComposing: true });
  press('1', { repeat: true });
  press('1', {}, field);
  expect(run).not.toHaveBeenCalled();
});

test('radios and sliders are no text fields', () => {
  keys([binding('one', ['1'])]);
  const radio = document.body.appendChild(document.createElement('input'));
  radio.type = 'radio';
  press('1', {}, radio);
  expect(run).toHaveBeenCalledOnce();
});

test('Enter on a button is the press of that button', () => {
  keys([binding('submit', ['enter'])]);
  const button = document.body.appendChild(document.createElement('button'));
  press('Enter', {}, button);
  expect(run).not.toHaveBeenCalled();
});

test('some keys work in text fields too', () => {
  keys([binding('palette', ['mod+k'], { whileTyping: true })]);
  const field = document.body.appendChild(document.createElement('input'));
  press('k', { ctrlKey: true }, field);
  press('k', { metaKey: true }, field);
  expect(run).toHaveBeenCalledTimes(2);
});

test.each([
  ['ы', 'KeyS', ['ы', 's']],
  ['&', 'Digit1', ['&', '1']],
  ['1', 'Numpad1', ['1']],
  ['?', 'Slash', ['?']],
  ['A', 'KeyA', ['a']],
])('%s on %s goes by %j', (key, code, names) => {
  expect(namesOf(new KeyboardEvent('keydown', { key, code }))).toEqual(names);
});

test('two keys in turn, but only when they come one after the other', () => {
  keys([binding('projects', ['g p'])]);
  press('g');
  press('p');
  press('p');
  expect(run).toHaveBeenCalledExactlyOnceWith('projects');
});

test('where the first key means something by itself, the pair is not promised', () => {
  keys([binding('projects', ['g p']), binding('guideline', ['g'])]);
  expect(activeBindings().map((one) => one.id)).toEqual(['guideline']);
});

test('a dialog hides the keys of the page beneath it', () => {
  keys([binding('page', ['enter'])]);
  keys([binding('dialog', ['escape'])], true);
  press('Enter');
  expect(run).not.toHaveBeenCalled();
  expect(activeBindings().map((one) => one.id)).toEqual(['dialog']);
});

test('conflicts are found and named', () => {
  const found = conflictsOf([binding('a', ['1']), binding('b', ['1', '2'])]);
  expect([...found]).toEqual([['1', ['a', 'b']]]);
});

test('keys are written as on a keyboard', () => {
  expect(['enter', 'g p', 'mod+enter', 's'].map(keyName)).toEqual(['⏎', 'G then P', 'Ctrl ⏎', 'S']);
});
