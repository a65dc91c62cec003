/** One step of a comparison: kept in both, only in the old, only in the new. */
export interface Step<T> {
  kind: 'same' | 'gone' | 'new';
  value: T;
}

/** Above this many cells the middle is not compared but shown as replaced: it would take too long. */
const MOST_CELLS = 4_000_000;

/**
 * The shortest way from one list to the other (longest common subsequence; what is gone stands
 * before what is new). Equal ends are cut off first, so the usual small change costs little.
 */
export function compare(before: readonly string[], after: readonly string[]): Step<string>[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start])
    start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  const same = (values: readonly string[]): Step<string>[] =>
    values.map((value) => ({ kind: 'same', value }));
  return [
    ...same(before.slice(0, start)),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

function middle(before: readonly string[], after: readonly string[]): Step<string>[] {
  const columns = after.length + 1;
  if (before.length * after.length > MOST_CELLS) {
    return [
      ...before.map((value): Step<string> => ({ kind: 'gone', value })),
      ...after.map((value): Step<string> => ({ kind: 'new', value })),
    ];
  }
  const common = commonLengths(before, after);
  const steps: Step<string>[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const fresh = after[j];
    const skipOld = common[(i + 1) * columns + j] ?? -1;
    const skipNew = common[i * columns + j + 1] ?? -1;
    if (old !== undefined && old === fresh) {
      steps.push({ kind: 'same', value: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (fresh === undefined || skipOld >= skipNew)) {
      steps.push({ kind: 'gone', value: old });
      i += 1;
    } else if (fresh !== undefined) {
      steps.push({ kind: 'new', value: fresh });
      j += 1;
    }
  }
  return steps;
}

/** Length of the longest common part from each pair of places on, row by row. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array {
  const columns = after.length + 1;
  const common = new Uint32Array((before.length + 1) * columns);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const here = i * columns + j;
      common[here] =
        before[i] === after[j]
          ? (common[here + columns + 1] ?? 0) + 1
          : Math.max(common[here + columns] ?? 0, common[here + 1] ?? 0);
    }
  }
  return common;
}

/** A text in words and the spaces between them, so that joining them gives the text back. */
const wordsOf = (line: string): string[] => line.match(/\s+|[^\s]+/g) ?? [];

export type ChangedLine =
  | { kind: 'same' | 'gone' | 'new'; text: string }
  /** A line that was reworded: its words, compared. */
  | { kind: 'reworded'; words: Step<string>[] };

/** Two texts by lines; a line put in place of a similar one is compared word by word. */
export function compareLines(before: readonly string[], after: readonly string[]): ChangedLine[] {
  const steps = compare(before, after);
  const lines: ChangedLine[] = [];
  for (let at = 0; at < steps.length;) {
    const gone = take(steps, at, 'gone');
    const fresh = take(steps, at + gone.length, 'new');
    if (gone.length + fresh.length === 0) {
      lines.push({ kind: 'same', text: steps[at]?.value ?? '' });
      at += 1;
      continue;
    }
    at += gone.length + fresh.length;
    lines.push(...pair(gone, fresh));
  }
  return lines;
}

function take(steps: readonly Step<string>[], from: number, kind: Step<string>['kind']): string[] {
  const values: string[] = [];
  for (let at = from; steps[at]?.kind === kind; at += 1) values.push(steps[at]?.value ?? '');
  return values;
}

function pair(gone: readonly string[], fresh: readonly string[]): ChangedLine[] {
  const lines: ChangedLine[] = [];
  for (let at = 0; at < Math.max(gone.length, fresh.length); at += 1) {
    const old = gone[at];
    const now = fresh[at];
    const words = old !== undefined && now !== undefined ? compare(wordsOf(old), wordsOf(now)) : [];
    if (isSimilar(words)) {
      lines.push({ kind: 'reworded', words });
      continue;
    }
    if (old !== undefined) lines.push({ kind: 'gone', text: old });
    if (now !== undefined) lines.push({ kind: 'new', text: now });
  }
  return lines;
}

/** At least a third of the letters stayed: then the words tell more than the two lines. */
function isSimilar(words: readonly Step<string>[]): boolean {
  const letters = (kind: Step<string>['kind']) =>
    words.reduce((sum, word) => sum + (word.kind === kind ? word.value.trim().length : 0), 0);
  const kept = letters('same');
  return kept > 0 && kept * 3 >= kept + Math.max(letters('gone'), letters('new'));
}
