import { useQuery } from '@tanstack/react-query';
import { ownSession } from '../../api/lead/account';
import { AppearanceSettings } from '../../shell/AppearanceSettings';
import { signOut } from '../../shell/session';
import { Button } from '../../ui/Button';
import { Page } from '../../ui/Page';
import { Part } from '../../ui/Part';
import { Loaded } from '../parts/Loaded';
import styles from './Account.module.css';
import { NameForm } from './NameForm';
import { PasswordForm } from './PasswordForm';
import { Tokens } from './Tokens';
import { Workspaces } from './Workspaces';
import { words } from './words';

/** One's own name, password, tokens, workspaces and look. */
export function Account() {
  const query = useQuery(ownSession);
  return (
    <Page title={words.title} width="read">
      <Loaded query={query} lines={[30, 60, 60, 30, 60]}>
        {(session) => (
          <div className={styles.page}>
            <Part title={words.about}>
              <NameForm session={session} />
            </Part>
            <Part
              title={words.password}
              lead={session.has_password ? words.hasPassword : words.noPassword}
            >
              <PasswordForm session={session} />
            </Part>
            <Tokens />
            <Workspaces session={session} />
            <Part title={words.appearance}>
              <div className={styles.rows}>
                <AppearanceSettings />
              </div>
            </Part>
            <Part title={words.leave} lead={words.leaveLead}>
              <div>
                <Button icon="open" onClick={() => void signOut()}>
                  {words.leave}
                </Button>
              </div>
            </Part>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
