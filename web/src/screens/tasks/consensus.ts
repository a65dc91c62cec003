import type { Annotation, Task } from '../../api/lead/tasks';
import type { View } from '../../api/server';
import { listed } from '../quality/sentence';
import { words } from './words';

type Majority = View['Majority'];

/** How many annotations count for a task. */
export const counted = (annotations: readonly Annotation[]): Annotation[] =>
  annotations.filter((annotation) => annotation.in_force);

/** What the majority of one control is, as a sentence that says the rule at a tie. */
export function majoritySentence(
  majority: Majority,
  task: Pick<Task, 'counts'>,
  n: number,
  multiple: boolean,
): string {
  if (n === 0) return words.panel.none;
  const { label, tied, control } = majority;
  const labels = tied.join(', ');
  if (multiple) {
    if (label !== null) return words.panel.majorityMany(label);
    return tied.length > 0 ? words.panel.tiedMany(labels) : words.panel.noneMany;
  }
  if (label === null) return tied.length > 0 ? words.panel.tied(listed(tied)) : words.panel.none;
  const votes =
    task.counts.find((one) => one.control === control && one.label === label)?.count ?? n;
  return n === 1 ? words.panel.one(label) : words.panel.majority(label, votes, n);
}

/** Why an annotation does not count, or null. */
export function outOfForce(annotation: Annotation, all: readonly Annotation[]): string | null {
  if (annotation.in_force) return null;
  const replaced = all.some(({ supersedes }) => supersedes === annotation.id);
  if (replaced) return words.panel.superseded;
  return annotation.counted ? words.panel.aside : words.panel.late;
}

/** The answers of one annotation as labels by control; what is no list of labels is shown as JSON. */
export function labelsIn(
  answers: Record<string, unknown>,
): { control: string; labels: string[] }[] {
  return Object.entries(answers).map(([control, answer]) => ({
    control,
    labels: Array.isArray(answer)
      ? answer.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
      : [typeof answer === 'string' ? answer : JSON.stringify(answer)],
  }));
}

/** Those that count first, each person's older ones after the newer; otherwise in the order they came. */
export function inReadingOrder(annotations: readonly Annotation[]): Annotation[] {
  return [...annotations].sort(
    (one, other) =>
      Number(other.in_force) - Number(one.in_force) ||
      one.annotator.name.localeCompare(other.annotator.name, 'en', { numeric: true }) ||
      one.created_at.localeCompare(other.created_at),
  );
}
