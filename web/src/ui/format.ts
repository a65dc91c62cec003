/** Numbers and times as people read them. One place, so that a language can be put in later. */
const LANGUAGE = 'en';
const whole = new Intl.NumberFormat(LANGUAGE);

/** 1240 → "1,240" */
export const count = (n: number): string => whole.format(n);

/** (2, "answer") → "2 answers" */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;

/** 0.7183 → "0.72"; the same number of places everywhere, so columns line up. */
export const share = (value: number, places = 2): string => value.toFixed(places);

/** 0.6 → "60 %" */
export const percent = (value: number): string => `${Math.round(value * 100)} %`;

/** ISO moment → "22 Nov 2026, 13:08" in the reader's time zone. */
export const moment = (iso: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(iso),
  );
