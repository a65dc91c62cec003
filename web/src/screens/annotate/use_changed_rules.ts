import { useMemo, useState } from 'react';
import { recall, remember } from '../../shell/appearance';

interface Rule {
  id: string;
  text: string;
}

type Seen = Record<string, string>;

function seenOf(key: string): Seen | null {
  try {
    const kept: unknown = JSON.parse(recall(key) ?? 'null');
    return typeof kept === 'object' && kept !== null ? (kept as Seen) : null;
  } catch {
    return null; // Not ours, or cut off: as if never read.
  }
}

/**
 * Ids of the rules that are new or read differently than when this reader last had the guideline
 * before them, in this browser. The first time nothing is marked.
 */
export function useChangedRules(projectId: string, version: number, rules: readonly Rule[]) {
  const key = `assay.rules-read.${projectId}`;
  const [readVersion, setReadVersion] = useState<number | null>(null);
  const changed = useMemo(() => {
    const now = Object.fromEntries(rules.map((rule) => [rule.id, rule.text]));
    const seen = readVersion === version ? now : seenOf(key);
    if (seen === null || readVersion === version) remember(key, JSON.stringify(now));
    return new Set(
      seen ? rules.filter((rule) => seen[rule.id] !== rule.text).map((rule) => rule.id) : [],
    );
  }, [key, rules, readVersion, version]);
  return { changed, markRead: () => setReadVersion(version) };
}
