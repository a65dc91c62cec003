import type { Agreement } from '../../api/lead/quality';

type Label = Agreement['by_label'][number];

/** How far people read a label in the same way, by its interval and the policy's warning level. */
function standing({ alpha }: Label, warning: number): 'agreed' | 'not' | 'open' {
  if (alpha.low === null || alpha.high === null) return 'open';
  if (alpha.low >= warning) return 'agreed';
  return alpha.high < warning ? 'not' : 'open';
}

/** ["A", "B", "C"] → "A, B and C" */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}

/** More names than this make no sentence. */
const MOST_NAMED = 5;
const named = (labels: readonly Label[]) =>
  labels.length > MOST_NAMED ? `${labels.length} labels` : listed(labels.map(({ label }) => label));

/**
 * What the numbers say about the labels, in words: on which people agree, on which not, and for
 * which it cannot be told yet. null when there is nothing to compare.
 */
export function labelSentence({ by_label }: Agreement, warning: number): string | null {
  const compared = by_label.filter(({ alpha }) => alpha.value !== null);
  if (compared.length === 0) return null;
  const of = (wanted: string) => compared.filter((label) => standing(label, warning) === wanted);
  const [agreed, not, open] = [of('agreed'), of('not'), of('open')];
  if (open.length === compared.length)
    return 'It can’t be told yet how far people agree: there are too few shared tasks.';
  if (agreed.length === compared.length) {
    return compared.length === 2 ? 'People agree on both labels.' : 'People agree on every label.';
  }
  const said: string[] = [];
  if (agreed.length > 0) said.push(`People agree on ${named(agreed)}.`);
  if (not.length > 0) {
    const how = not.length === 1 ? 'it is' : 'they are';
    said.push(
      agreed.length > 0
        ? `On ${named(not)} they do not: ${how} read in different ways.`
        : `People do not agree on ${named(not)}: ${how} read in different ways.`,
    );
  }
  if (open.length > 0) said.push(`For ${named(open)} it can’t be told yet.`);
  return said.join(' ');
}

/** The first sentence of the overview and the agreement page: what is true, in words. */
export function firstSentence(agreement: Agreement, warning: number): string {
  if (agreement.n_annotations === 0) return 'Nothing is labeled yet.';
  const about = labelSentence(agreement, warning);
  if (about !== null) return about;
  const undefinedWhy = agreement.metrics.every(({ value }) => value === null);
  const reason = agreement.metrics[0]?.reason;
  if (undefinedWhy && reason) return `How far people agree can’t be told yet. ${reason}`;
  return agreement.summary;
}
