export interface Day {
  /** "2026-11-22" */
  day: string;
  count: number;
}

const DAY_MS = 86_400_000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/**
 * The last `length` days up to the latest one given, or to `today` when that is later. Days without
 * anything are there with 0, so that a pause looks like a pause.
 */
export function lastDays(days: readonly Day[], today: string, length: number): Day[] {
  const latest = days.reduce((last, { day }) => (day > last ? day : last), today);
  const counts = new Map(days.map(({ day, count }) => [day, count]));
  const end = Date.parse(latest);
  return Array.from({ length }, (_, index) => {
    const day = dayOf(end - (length - 1 - index) * DAY_MS);
    return { day, count: counts.get(day) ?? 0 };
  });
}

/** The end of the axis: the smallest of 1, 2, 5 × a power of ten at or above every count. */
export function niceTop(counts: readonly number[]): number {
  const most = Math.max(1, ...counts);
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= most) ?? 10;
  return step * power;
}
