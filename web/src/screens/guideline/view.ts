/** What the page of the guideline shows; it stands in the address. */
export type GuidelineView =
  | { kind: 'read' }
  | { kind: 'edit' }
  /** Versions compared; null is the newest, or the one before it. */
  | { kind: 'changes'; from: number | null; to: number | null };

const version = (value: unknown): number | null => {
  const n = Number(value);
  return value !== undefined && Number.isInteger(n) && n > 0 ? n : null;
};

export function readView(search: Record<string, unknown>): GuidelineView {
  if (search.view === 'edit') return { kind: 'edit' };
  if (search.view === 'changes') {
    return { kind: 'changes', from: version(search.from), to: version(search.to) };
  }
  return { kind: 'read' };
}

/** The two versions to compare: those asked for, else the last change. */
export function comparedVersions(
  newest: number,
  view: { from: number | null; to: number | null },
): { from: number; to: number } {
  const to = Math.min(view.to ?? newest, newest);
  return { from: Math.min(view.from ?? Math.max(to - 1, 1), newest), to };
}
