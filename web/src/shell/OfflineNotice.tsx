import { useSyncExternalStore } from 'react';
import { Icon } from '../ui/icons';
import styles from './OfflineNotice.module.css';
import { words } from './words';

function watch(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

export const useOnline = (): boolean => useSyncExternalStore(watch, () => navigator.onLine);

export function OfflineNotice() {
  if (useOnline()) return null;
  return (
    <p className={styles.notice} role="status">
      <Icon name="offline" size={16} />
      {words.offline}
    </p>
  );
}
