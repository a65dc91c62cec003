import type { LabelType } from './types';

/** The label types. Adding one is a folder and a line here; the pages find it by the control's `type`. */
const LABEL_TYPES: Record<string, () => Promise<LabelType>> = {
  choices: () => import('./choices').then((file) => file.choices),
};

export type LoadedTypes = ReadonlyMap<string, LabelType>;

/** Loads only the types a label config uses; unknown ones are left out, and the page says so. */
export async function loadLabelTypes(types: Iterable<string>): Promise<LoadedTypes> {
  const wanted = [...new Set(types)].flatMap((type) => LABEL_TYPES[type]?.() ?? []);
  return new Map((await Promise.all(wanted)).map((type) => [type.id, type]));
}

export const labelTypeIds = (): string[] => Object.keys(LABEL_TYPES);
