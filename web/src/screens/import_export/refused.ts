import type { RefusedRow } from '../../api/lead/jobs';
import { count } from '../../ui/format';

/** Rows refused for the same reason at the same field. */
export interface RefusedGroup {
  field: string;
  reason: string;
  lines: number[];
}

/** A number in the reason ("position 118") does not make it another reason. */
const kindOf = ({ field, reason }: RefusedRow) => `${field}\u0000${reason.replace(/\d+/g, '0')}`;

/** The same reason said once with its lines, the most frequent first. */
export function groupRefused(rows: readonly RefusedRow[]): RefusedGroup[] {
  const groups = new Map<string, RefusedGroup>();
  for (const row of rows) {
    const kind = kindOf(row);
    const group = groups.get(kind);
    if (group) group.lines.push(row.line);
    else groups.set(kind, { field: row.field, reason: row.reason, lines: [row.line] });
  }
  return [...groups.values()].sort((one, other) => other.lines.length - one.lines.length);
}

/** [3, 4, 5, 9] → "3–5, 9"; at most `most` ranges, the rest counted. */
export function lineRanges(lines: readonly number[], most = 6): string {
  const ranges: { from: number; to: number }[] = [];
  for (const line of [...lines].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && line <= last.to + 1) last.to = Math.max(last.to, line);
    else ranges.push({ from: line, to: line });
  }
  const shown = ranges.slice(0, most);
  const rest = ranges.slice(most).reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const written = shown.map(({ from, to }) =>
    from === to ? count(from) : `${count(from)}–${count(to)}`,
  );
  return rest > 0 ? `${written.join(', ')} and ${count(rest)} more` : written.join(', ');
}
