import type { GuidelineDocument } from '../../api/lead/guideline';

/** A list with one entry changed, put in or taken out; the rest keeps its place. */
export const replaced = <T>(list: readonly T[], at: number, value: T): T[] =>
  list.map((one, place) => (place === at ? value : one));
export const without = <T>(list: readonly T[], at: number): T[] =>
  list.filter((_, place) => place !== at);

/** The next free id: R1, R2 … for rules, E1, E2 … for edge cases. Ids are never used twice in a document. */
export function nextId(document: GuidelineDocument, letter: 'R' | 'E'): string {
  const used = [...document.rules, ...document.edge_cases].map(({ id }) => id);
  const numbers = used.flatMap((id) => {
    const found = /^([RE])(\d+)$/.exec(id);
    return found?.[1] === letter ? [Number(found[2])] : [];
  });
  return `${letter}${Math.max(0, ...numbers) + 1}`;
}

/** What is sent: entries without a word were only begun, and the server refuses them. */
export function finished(document: GuidelineDocument): GuidelineDocument {
  const said = (text: string) => text.trim() !== '';
  return {
    ...document,
    labels: document.labels.map((label) => ({
      ...label,
      positive: label.positive.filter(said),
      negative: label.negative.filter(said),
    })),
    rules: document.rules.filter(({ text }) => said(text)),
    edge_cases: document.edge_cases.filter((one) => said(one.case) || said(one.decision)),
  };
}
