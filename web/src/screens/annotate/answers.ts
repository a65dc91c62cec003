import type { Control, ResultItem } from '../../api/types';
import type { LoadedTypes } from '../../labels/registry';
import type { Answer } from './draft_book';

/** A control that still wants an answer, and how to say so. */
export interface Missing {
  control: string;
  sentence: string;
}

/** The result with one control's items replaced, in the order of the label config. */
export function withItems(
  controls: readonly Control[],
  all: readonly ResultItem[],
  control: string,
  items: readonly ResultItem[],
): ResultItem[] {
  return controls.flatMap(({ name }) =>
    name === control ? [...items] : all.filter((item) => item.from_name === name),
  );
}

export function firstMissing(
  controls: readonly Control[],
  types: LoadedTypes,
  items: readonly ResultItem[],
): Missing | null {
  for (const control of controls) {
    const own = items.filter((item) => item.from_name === control.name);
    const sentence = types.get(control.type)?.missing(control, own);
    if (sentence) return { control: control.name, sentence };
  }
  return null;
}

/** Labels now chosen, of all controls: where the guideline opens. */
export function chosenLabels(
  controls: readonly Control[],
  types: LoadedTypes,
  items: readonly ResultItem[],
): { control: string; label: string }[] {
  return controls.flatMap(({ name, type }) =>
    (types.get(type)?.chosen(items.filter((item) => item.from_name === name)) ?? []).map(
      (label) => ({ control: name, label }),
    ),
  );
}

/** Equal in what they say; a result from the server may carry ids and scores beside. */
export function sameAnswer(a: Answer, b: Answer): boolean {
  const say = ({ items, confidence }: Answer) =>
    JSON.stringify([items.map(({ from_name, value }) => [from_name, value]), confidence]);
  return say(a) === say(b);
}

const PREVIEW_CHARACTERS = 90;

/** The task's first text, to be read out. */
export const textOf = (data: Record<string, unknown>): string =>
  Object.values(data).find((value) => typeof value === 'string') ?? '';

/** The beginning of the task's text, to recognize it by. */
export function previewOf(data: Record<string, unknown>): string {
  const line = textOf(data).trim().replace(/\s+/g, ' ');
  return line.length > PREVIEW_CHARACTERS ? `${line.slice(0, PREVIEW_CHARACTERS)}…` : line;
}
