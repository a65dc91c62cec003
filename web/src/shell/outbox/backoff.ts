const FIRST_SECONDS = 1;
const LONGEST_SECONDS = 60;

/**
 * Seconds to wait before try number `tries` + 1: doubling from 1 s to 60 s, a random half of it
 * taken away so that many browsers do not come back at the same moment. A longer wish of the
 * server (Retry-After) wins.
 */
export function backoffSeconds(
  tries: number,
  retryAfterSeconds: number | null,
  random: () => number,
): number {
  const doubled = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.max(0, tries - 1));
  const jittered = doubled * (0.5 + 0.5 * random());
  return Math.max(jittered, retryAfterSeconds ?? 0);
}
