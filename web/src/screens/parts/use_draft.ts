import { useEffect, useState } from 'react';
import { recall, remember } from '../../shell/appearance';

/** What is being written, and the ways to change and to forget it. */
export interface Draft<T> {
  value: T;
  set: (value: T) => void;
  /** Back to `initial`; nothing is kept. */
  forget: () => void;
  /** It was found in this browser from an earlier visit. */
  found: boolean;
  /** It differs from `initial`. */
  changed: boolean;
}

const PAUSE_MS = 300;

function read<T>(key: string, initial: T): { value: T; found: boolean } {
  try {
    const kept = recall(key);
    if (kept !== null) return { value: JSON.parse(kept) as T, found: true };
  } catch {
    // Not ours, or cut off: as if nothing had been kept.
  }
  return { value: initial, found: false };
}

/**
 * Something that is being written, kept in this browser until it is saved: a reload loses nothing.
 * `key` names it together with what it starts from, so that a draft never lands on another version.
 */
export function useDraft<T>(key: string, initial: T): Draft<T> {
  const [start] = useState(() => read(`assay.draft.${key}`, initial));
  const [value, setValue] = useState(start.value);
  const [found, setFound] = useState(start.found);
  const same = JSON.stringify(value) === JSON.stringify(initial);
  useEffect(() => {
    const store = () => remember(`assay.draft.${key}`, same ? null : JSON.stringify(value));
    const timer = setTimeout(store, PAUSE_MS);
    globalThis.addEventListener('pagehide', store);
    return () => {
      clearTimeout(timer);
      globalThis.removeEventListener('pagehide', store);
    };
  }, [key, value, same]);
  return {
    value,
    set: setValue,
    forget: () => {
      remember(`assay.draft.${key}`, null);
      setValue(initial);
      setFound(false);
    },
    found,
    changed: !same,
  };
}
