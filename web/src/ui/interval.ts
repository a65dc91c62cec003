/** Where an estimate stands on an axis from 0 to 1, in percent of its width. */
export interface Span {
  at: number;
  from: number;
  to: number;
  /** The value or a bound lies off the axis (an agreement below chance is below 0). */
  below: boolean;
  above: boolean;
}

const percentOf = (value: number) => Math.min(Math.max(value, 0), 1) * 100;

/**
 * The axis always runs from 0 to 1, so that no difference is made larger than it is; what lies
 * outside is drawn at its end and said in words. Without an interval the span is the point.
 */
export function spanOf(value: number, low: number | null, high: number | null): Span {
  const from = low ?? value;
  const to = high ?? value;
  return {
    at: percentOf(value),
    from: percentOf(Math.min(from, to)),
    to: percentOf(Math.max(from, to)),
    below: Math.min(value, from, to) < 0,
    above: Math.max(value, from, to) > 1,
  };
}

/** The radius of a point by how many it rests on: its area grows with n, within what can be seen. */
export function pointRadius(n: number, most: number): number {
  const smallest = 2.5;
  const largest = 6;
  if (most <= 0 || n <= 0) return smallest;
  return smallest + (largest - smallest) * Math.sqrt(Math.min(n / most, 1));
}
