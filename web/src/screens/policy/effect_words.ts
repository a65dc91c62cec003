import type { Effect, PolicyPreview } from '../../api/lead/policy';
import { count } from '../../ui/format';
import { words } from './words';

/** From at least to at most; one number when they are the same. */
export const rangeText = ({ least, most }: { least: number; most: number }): string =>
  least === most ? count(least) : `${count(least)} to ${count(most)}`;

const money = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function costText(cost: readonly number[] | null): string {
  const [least, most] = cost ?? [];
  if (least === undefined || most === undefined) return words.noPriceYet;
  return least === most ? money.format(least) : `${money.format(least)} to ${money.format(most)}`;
}

/** One line of the comparison. */
export interface EffectRow {
  id: keyof Effect;
  title: string;
  now: string;
  then: string;
}

const said = (effect: Effect): Record<keyof Effect, string> => ({
  annotations: rangeText(effect.annotations),
  open_tasks: count(effect.open_tasks),
  per_person: effect.per_person ? rangeText(effect.per_person) : words.nobody,
  cost: costText(effect.cost),
  days: effect.days ? rangeText(effect.days) : words.noCap,
});

/** The comparison, without lines that neither side can say anything about. */
export function effectRows({ now, then }: PolicyPreview): EffectRow[] {
  const [before, after] = [said(now), said(then)];
  return (Object.keys(words.rows) as (keyof Effect)[])
    .filter((id) => now[id] !== null || then[id] !== null)
    .map((id) => ({ id, title: words.rows[id], now: before[id], then: after[id] }));
}

/** Whether any number of it depends on the answers to come. */
export const hasRange = ({ then }: PolicyPreview): boolean =>
  then.annotations.least !== then.annotations.most;

/** The whole of it in one sentence, for a narrow screen and to be read out. */
export const effectSentence = ({ now, then }: PolicyPreview): string =>
  `${words.rows.annotations}: ${rangeText(now.annotations)} → ${rangeText(then.annotations)}`;
