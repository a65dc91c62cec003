import type { Estimate, Pair } from '../../api/lead/quality';

/** The annotators of a matrix, and the pair of any two of them. */
export interface PairMatrix {
  annotators: { id: string; name: string }[];
  pairOf: (a: string, b: string) => Pair | null;
}

const keyOf = (a: string, b: string) => (a < b ? `${a}\u0000${b}` : `${b}\u0000${a}`);

/** Only annotators who share a task with somebody, by name, so that nobody is ranked. */
export function pairMatrix(
  pairs: readonly Pair[],
  names: Readonly<Record<string, string>>,
): PairMatrix {
  const byKey = new Map(pairs.map((pair) => [keyOf(pair.a, pair.b), pair]));
  const ids = new Set(pairs.flatMap((pair) => [pair.a, pair.b]));
  const annotators = [...ids]
    .map((id) => ({ id, name: names[id] ?? id }))
    .sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }));
  return { annotators, pairOf: (a, b) => byKey.get(keyOf(a, b)) ?? null };
}

/** Cohen's kappa; for controls with several choices, where it is not defined, percent agreement. */
export const estimateOf = (pair: Pair): Estimate => pair.kappa ?? pair.percent;

/** Lowest agreement first; pairs that cannot be told come last, those with more shared tasks before. */
export function worstFirst(pairs: readonly Pair[]): Pair[] {
  return [...pairs].sort((one, other) => {
    const a = estimateOf(one).value;
    const b = estimateOf(other).value;
    if (a !== null && b !== null && a !== b) return a - b;
    if ((a === null) !== (b === null)) return a === null ? 1 : -1;
    return other.n_tasks - one.n_tasks;
  });
}

/**
 * The pair to look at first: the one that is surely lowest, by the upper end of its interval, so
 * that a pair with three shared tasks is not named by bad luck. null when no pair has an interval.
 */
export function worstPair(pairs: readonly Pair[]): Pair | null {
  const high = (pair: Pair) => estimateOf(pair).high;
  return pairs.reduce<Pair | null>((worst, pair) => {
    const own = high(pair);
    if (own === null) return worst;
    const lowest = worst && high(worst);
    return lowest === null || own < lowest ? pair : worst;
  }, null);
}

/** At most so much ink in a cell, in percent: more, and its number could not be read (AA) in the dark. */
const MOST_INK = 36;

/**
 * The ink in a cell, in percent: the more two agree, the darker, by the square, because most pairs
 * lie in the upper half and should still be told apart. Below chance is like chance.
 */
export const heat = (value: number): number =>
  Math.round(Math.min(Math.max(value, 0), 1) ** 2 * MOST_INK);
