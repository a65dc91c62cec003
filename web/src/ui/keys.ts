import { useLayoutEffect, useRef } from 'react';

/**
 * One key of a page. The same record makes the key work, fills the `?` sheet, and is shown on the
 * button it presses. `keys` are values of KeyboardEvent.key in lower case ("enter", "1", "?"),
 * "mod+k" (Ctrl or Cmd), or two keys in turn ("g p").
 */
export interface KeyBinding {
  id: string;
  keys: readonly string[];
  title: string;
  group: string;
  run: () => void;
  /** Works while a text field has the focus too. */
  whileTyping?: boolean;
  /** Shown beside the key, for example that another key was wanted. */
  remark?: string;
}

interface Layer {
  /** A dialog's layer hides the keys of the page beneath it. */
  modal: boolean;
  read: () => readonly KeyBinding[];
}

const SEQUENCE_MS = 1200;
const layers: Layer[] = [];
let firstOfTwo: { key: string; atMs: number } | null = null;

const TEXT_INPUTS = new Set(['checkbox', 'radio', 'range', 'button', 'submit', 'reset', 'color']);

export function isTextEntry(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !TEXT_INPUTS.has(target.type);
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    target.isContentEditable
  );
}

/** Enter and Space on these are the browser's own press. */
function pressesItself(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' && event.key !== ' ') return false;
  const target = event.target;
  return target instanceof HTMLElement && target.closest('button, a[href], summary') !== null;
}

/**
 * The names an event may go by, best first: what the key writes, then what is printed on that place
 * of a Latin keyboard, so that "s" and "1" also work on Cyrillic, Greek or French layouts.
 */
export function namesOf(event: KeyboardEvent): string[] {
  const written = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return event.altKey ? [] : [`mod+${written}`];
  const place = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(event.code);
  const printed = (place?.[1] ?? place?.[2] ?? '').toLowerCase();
  const isLatinLetter = /^[a-z0-9]$/.test(written);
  return printed === '' || isLatinLetter || event.altKey ? [written] : [written, printed];
}

function visibleBindings(): KeyBinding[] {
  const from = layers.findLastIndex((layer) => layer.modal);
  const all = layers
    .slice(Math.max(from, 0))
    .reverse()
    .flatMap((layer) => [...layer.read()]);
  // Where `g` alone means something, "g p" cannot be pressed, and is not promised.
  const single = new Set(all.flatMap((binding) => binding.keys));
  return all.filter(({ keys }) => keys.some((key) => !single.has(/^(.+) .$/.exec(key)?.[1] ?? '')));
}

/** Everything that can be pressed now, the topmost layer first: the `?` sheet is made from this. */
export const activeBindings = visibleBindings;

function find(bindings: readonly KeyBinding[], names: readonly string[]): KeyBinding | undefined {
  for (const name of names) {
    const hit = bindings.find((binding) => binding.keys.includes(name));
    if (hit) return hit;
  }
  return undefined;
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.isComposing || event.defaultPrevented || event.repeat) return;
  if (['Shift', 'Control', 'Alt', 'Meta', 'Process', 'Dead'].includes(event.key)) return;
  if (pressesItself(event)) return;
  const typing = isTextEntry(event.target);
  const bindings = visibleBindings().filter((binding) => !typing || binding.whileTyping);
  const names = namesOf(event);
  const earlier = firstOfTwo && event.timeStamp - firstOfTwo.atMs < SEQUENCE_MS ? firstOfTwo : null;
  firstOfTwo = null;
  const pair =
    earlier &&
    find(
      bindings,
      names.map((name) => `${earlier.key} ${name}`),
    );
  const hit = pair ?? find(bindings, names);
  if (hit) {
    event.preventDefault();
    hit.run();
    return;
  }
  const opening = names.find((name) =>
    bindings.some((binding) => binding.keys.some((key) => key.startsWith(`${name} `))),
  );
  if (opening) firstOfTwo = { key: opening, atMs: event.timeStamp };
}

/** Adds a layer of keys; returns the way to take it off again. */
export function addKeys(read: () => readonly KeyBinding[], modal = false): () => void {
  if (layers.length === 0) window.addEventListener('keydown', onKeyDown);
  const layer = { modal, read };
  layers.push(layer);
  return () => {
    layers.splice(layers.indexOf(layer), 1);
    if (layers.length === 0) window.removeEventListener('keydown', onKeyDown);
  };
}

/** The keys of a page or dialog while it is shown. */
export function useKeys(bindings: readonly KeyBinding[], modal = false): void {
  const latest = useRef(bindings);
  // In the layout phase: what is painted can already be pressed.
  useLayoutEffect(() => {
    latest.current = bindings;
  });
  useLayoutEffect(() => addKeys(() => latest.current, modal), [modal]);
}

/** Keys asked for twice in one table, with the titles that want them. */
export function conflictsOf(bindings: readonly KeyBinding[]): Map<string, string[]> {
  const titles = new Map<string, string[]>();
  for (const binding of bindings) {
    for (const key of binding.keys) titles.set(key, [...(titles.get(key) ?? []), binding.title]);
  }
  return new Map([...titles].filter(([, wanting]) => wanting.length > 1));
}

const KEY_NAMES: Record<string, string> = {
  enter: '⏎',
  backspace: '⌫',
  escape: 'Esc',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  ' ': 'Space',
};

/** A key as it is written on a keyboard. */
export function keyName(key: string): string {
  if (key.includes(' ') && key !== ' ') return key.split(' ').map(keyName).join(' then ');
  if (key.startsWith('mod+')) {
    const mac = /Mac|iPhone|iPad/.test(navigator.platform);
    return `${mac ? '⌘' : 'Ctrl '}${keyName(key.slice(4))}`;
  }
  return KEY_NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}
