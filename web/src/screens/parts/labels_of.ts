import type { View } from '../../api/server';

/** The part of a control that this reads. */
export type Named = Pick<View['ControlView'], 'name'> & { choices: readonly Offered[] };
interface Offered {
  value: string;
  children?: readonly Offered[];
}

/** Every label that the controls offer, by control. Choices that hold others are no answers themselves. */
export function labelsOf(controls: readonly Named[]): { control: string; label: string }[] {
  const inside = (choices: readonly Offered[]): string[] =>
    choices.flatMap(({ value, children }) => (children?.length ? inside(children) : [value]));
  return controls.flatMap(({ name, choices }) =>
    inside(choices).map((label) => ({ control: name, label })),
  );
}
