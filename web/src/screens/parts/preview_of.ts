const PREVIEW_CHARACTERS = 240;

/** The beginning of a task's text, to know it by: its first text, or else its data as JSON. */
export function previewOf(data: Record<string, unknown>): string {
  const text =
    Object.values(data).find((value) => typeof value === 'string') ?? JSON.stringify(data);
  const line = text.trim().replace(/\s+/g, ' ');
  if (line.length <= PREVIEW_CHARACTERS) return line;
  // Never half a character: a surrogate pair stays whole or goes.
  return `${line.slice(0, PREVIEW_CHARACTERS).replace(/[\ud800-\udbff]$/, '')}…`;
}
