import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { asProblem } from '../api/problem';
import { Button } from '../ui/Button';
import { Mark } from '../ui/icons';
import { keyName } from '../ui/keys';
import { Menu, MenuItem } from '../ui/Menu';
import { AppearanceSettings } from './AppearanceSettings';
import styles from './Frame.module.css';
import { OfflineNotice } from './OfflineNotice';
import { signOut, useSession } from './session';
import { pressKey, usePlaces } from './Signed';
import { words } from './words';

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // What the server refuses stays refused; only what may pass is asked again.
        retry: (tries, error) => tries < 3 && asProblem(error).passes,
      },
    },
  });
}

/** The top frame of every page but the labeling page, with the cache of what the server said. */
export function Frame({ children }: { children: ReactNode }) {
  const [client] = useState(newQueryClient);
  return (
    <QueryClientProvider client={client}>
      <TopBar />
      <OfflineNotice />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </QueryClientProvider>
  );
}

function TopBar() {
  const session = useSession();
  const places = usePlaces(session.role);
  return (
    <header className={styles.bar}>
      <Link to="/" className={styles.brand} aria-label="Assay">
        <Mark />
      </Link>
      <span className={styles.workspace}>{session.workspace.name}</span>
      <nav className={styles.places} aria-label={words.mainNavigation}>
        {places.map((place) => (
          <Link key={place.path} to={place.path} activeOptions={{ exact: place.path === '/' }}>
            {place.title}
          </Link>
        ))}
      </nav>
      <div className={styles.tools}>
        <Button look="quiet" icon="search" iconOnly="narrow" onClick={() => pressKey('mod+k')}>
          <span className={styles.find}>{words.palette}</span>
          <kbd className={styles.findKey}>{keyName('mod+k')}</kbd>
        </Button>
        <Menu title={session.person.name} icon="person" iconOnly="narrow">
          <div className={styles.who}>
            <strong>{session.person.name}</strong>
            <span>{session.person.email}</span>
          </div>
          <AppearanceSettings />
          <MenuItem icon="keyboard" shortcut="?" onClick={() => pressKey('?')}>
            {words.keys}
          </MenuItem>
          <MenuItem icon="open" onClick={() => void signOut()}>
            {words.signOut}
          </MenuItem>
        </Menu>
      </div>
    </header>
  );
}
