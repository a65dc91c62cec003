import type { Choice, Control, ResultItem } from '../../api/types';
import type { Slot } from '../types';

/** Choices without DOM: answers in the order of the label config, whatever order they were pressed in. */
const RESULT_TYPE = 'choices';

/** What can be chosen: a choice without others inside it, and the names on the way to it. */
export interface Leaf {
  /** Stored values from the top; one for a flat list. */
  path: string[];
  /** Titles of the choices it lies in, outermost first; empty for a flat list. */
  within: string[];
  choice: Choice;
  /** Place among all leaves: its color. */
  index: number;
}

export function leavesOf(control: Control): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (choices: readonly Choice[], path: string[], within: string[]) => {
    for (const choice of choices) {
      const own = [...path, choice.value];
      if (choice.children?.length) walk(choice.children, own, [...within, choice.label]);
      else leaves.push({ path: own, within, choice, index: leaves.length });
    }
  };
  walk(control.choices ?? [], [], []);
  return leaves;
}

/** One text for a path, for keys and sets; values may hold any character. */
export const idOf = (path: readonly string[]): string => JSON.stringify(path);

const isNested = (control: Control) =>
  (control.choices ?? []).some((choice) => (choice.children?.length ?? 0) > 0);

/** The chosen paths of the items; a flat value is a path of one. */
export function pathsOf(items: readonly ResultItem[]): string[][] {
  const values = items[0]?.value[RESULT_TYPE];
  if (!Array.isArray(values)) return [];
  return values.flatMap((value: unknown) => {
    const path: unknown[] = Array.isArray(value) ? value : [value];
    return path.every((step) => typeof step === 'string') ? [path] : [];
  });
}

export const valuesOf = (items: readonly ResultItem[]): string[] =>
  pathsOf(items).map((path) => path.join(' / '));

/** Items for the ids given; what the control does not offer is left out. */
export function itemsOf(control: Control, ids: readonly string[]): ResultItem[] {
  const chosen = leavesOf(control).filter((leaf) => ids.includes(idOf(leaf.path)));
  if (chosen.length === 0) return [];
  const values = chosen.map((leaf) => (isNested(control) ? leaf.path : leaf.choice.value));
  return [
    {
      from_name: control.name,
      to_name: control.to_name[0] ?? '',
      type: RESULT_TYPE,
      value: { [RESULT_TYPE]: values },
    },
  ];
}

/** Single: the pressed one is chosen. Multiple: it is put in or taken out. */
export function press(control: Control, items: readonly ResultItem[], id: string): ResultItem[] {
  if (!control.multiple) return itemsOf(control, [id]);
  const ids = pathsOf(items).map(idOf);
  return itemsOf(control, ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]);
}

export function missing(control: Control, items: readonly ResultItem[]): string | null {
  if (!control.required || pathsOf(items).length > 0) return null;
  if (control.required_message) return control.required_message;
  const what = control.multiple ? 'Choose at least one' : 'Choose one';
  return `${what} before you submit. If none fits, skip the task and say why.`;
}

export function slots(control: Control): Slot[] {
  return leavesOf(control).map(({ path, within, choice }) => ({
    id: idOf(path),
    title: [...within, choice.label].join(' / '),
    wants: choice.hotkey,
  }));
}
