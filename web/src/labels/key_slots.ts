import type { Control } from '../api/types';
import type { LoadedTypes } from './registry';

/** A slot with the key the page gave it. */
export interface KeyedSlot {
  control: Control;
  slotId: string;
  title: string;
  /** null when all keys are taken: it is pressed by hand. */
  key: string | null;
  /** Says when its label config asked for another key. */
  remark: string | null;
}

/** Digits, then letters; without those that the page likes to keep for itself. */
const IN_ORDER = Array.from('1234567890qwertyuioadhjklzxcvbnm');
const NAMED = new Map([
  ['left', 'arrowleft'],
  ['right', 'arrowright'],
  ['up', 'arrowup'],
  ['down', 'arrowdown'],
]);

function wishOf(hotkey: string | null): string | null {
  if (hotkey === null) return null;
  const key = hotkey.toLowerCase();
  return NAMED.get(key) ?? (key.length === 1 || /^f\d{1,2}$/.test(key) ? key : null);
}

/**
 * Gives every slot of all controls a key of its own. First those whose config asks for one that is
 * free; then the others in order. Of two that ask for the same key the first gets it; `reserved`
 * are never given away.
 */
export function allotKeys(
  controls: readonly Control[],
  types: LoadedTypes,
  reserved: ReadonlySet<string>,
): KeyedSlot[] {
  const taken = new Set(reserved);
  const slots = controls.flatMap((control) =>
    (types.get(control.type)?.slots(control) ?? []).map((slot) => ({ control, slot })),
  );
  const granted = new Map<object, string>();
  for (const { slot } of slots) {
    const wish = wishOf(slot.wants);
    if (wish === null || taken.has(wish)) continue;
    taken.add(wish);
    granted.set(slot, wish);
  }
  const free = IN_ORDER.filter((key) => !taken.has(key));
  return slots.map(({ control, slot }) => {
    const key = granted.get(slot) ?? free.shift() ?? null;
    const refused = slot.wants !== null && !granted.has(slot);
    const remark = refused
      ? `Its label config asks for “${slot.wants ?? ''}”, which this page cannot give.`
      : null;
    return { control, slotId: slot.id, title: slot.title, key, remark };
  });
}

/** The first of the keys wished for that no slot has: how the page's own actions give way to labels. */
export function freeKey(wishes: readonly string[], slots: readonly KeyedSlot[]): string | null {
  return wishes.find((wish) => !slots.some((slot) => slot.key === wish)) ?? null;
}
