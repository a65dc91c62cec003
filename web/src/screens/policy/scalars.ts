/** A value that a rule compares with. */
export type Scalar = string | number | boolean;

const NUMBER = /^-?\d+(\.\d+)?$/;

/** What was typed as the value of a rule: 5 is a number, true is yes, "5" in quotes is a text. */
export function readScalar(typed: string): Scalar {
  const text = typed.trim();
  if (text === 'true' || text === 'false') return text === 'true';
  if (NUMBER.test(text) && Number.isFinite(Number(text))) return Number(text);
  const quoted = /^"(?<inner>.*)"$/s.exec(text)?.groups?.inner;
  return quoted ?? text;
}

/** A value as it would have to be typed. */
export function writeScalar(value: Scalar): string {
  if (typeof value !== 'string') return String(value);
  return readScalar(value) === value ? value : `"${value}"`;
}

export const asList = (value: Scalar | readonly Scalar[]): readonly Scalar[] =>
  Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar];
