import { useState } from 'react';
import { useDraft } from './use_draft';

/** What is being written on top of a version that was saved. */
export interface VersionDraft<T> {
  content: T;
  set: (content: T) => void;
  /** Back to what is saved; nothing is kept. */
  forget: () => void;
  /** The version it was begun on. */
  base: number;
  /** It differs from what is saved now. */
  changed: boolean;
  /** It was found in this browser from an earlier visit. */
  found: boolean;
  /** Somebody saved a newer version than the one it was begun on. */
  outdated: boolean;
}

/**
 * A draft of the next version. It keeps what was written and the version it was begun on, also when
 * somebody saves a newer one meanwhile; as long as nothing was written, it follows what is saved.
 */
export function useVersionDraft<T>(key: string, version: number, saved: T): VersionDraft<T> {
  const initial = { base: version, content: saved };
  const draft = useDraft(key, initial);
  const [touched, setTouched] = useState(draft.found);
  const { base, content } = draft.value;
  if (!touched && base !== version) draft.set(initial);
  const changed = touched && JSON.stringify(content) !== JSON.stringify(saved);
  return {
    content,
    base,
    changed,
    set: (next) => {
      setTouched(true);
      draft.set({ base, content: next });
    },
    forget: () => {
      setTouched(false);
      draft.forget();
    },
    found: draft.found && changed,
    outdated: changed && base !== version,
  };
}
