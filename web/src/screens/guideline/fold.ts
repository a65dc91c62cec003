import type { ChangedLine } from './diff';

/** A piece of a comparison: lines to read, or a run of unchanged ones that is folded away. */
export type Piece =
  { kind: 'lines'; lines: ChangedLine[] } | { kind: 'folded'; lines: ChangedLine[] };

/** Keeps `context` unchanged lines around each change; longer runs between are folded. */
export function fold(lines: readonly ChangedLine[], context = 1): Piece[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(at - context, 0), at + context + 1).some(({ kind }) => kind !== 'same'),
  );
  const pieces: Piece[] = [];
  lines.forEach((line, at) => {
    const kind = near[at] ? 'lines' : 'folded';
    const last = pieces.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else pieces.push({ kind, lines: [line] });
  });
  // One folded line takes as much room as the line itself.
  return pieces.map((piece) => (piece.lines.length === 1 ? { ...piece, kind: 'lines' } : piece));
}
