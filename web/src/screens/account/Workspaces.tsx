import { useMutation } from '@tanstack/react-query';
import { switchWorkspace, type FullSession } from '../../api/lead/account';
import { Button } from '../../ui/Button';
import { Part } from '../../ui/Part';
import { Failed } from '../parts/Loaded';
import styles from './Account.module.css';
import { words } from './words';

/** The workspaces one belongs to. Going over starts the page afresh, so that nothing of the old one stays. */
export function Workspaces({ session }: { session: FullSession }) {
  const go = useMutation({
    mutationFn: switchWorkspace,
    onSuccess: () => globalThis.location.assign('/'),
  });
  return (
    <Part title={words.workspaces} lead={words.workspacesLead}>
      {go.error && <Failed error={go.error} />}
      <ul className={styles.list}>
        {session.workspaces.map(({ id, name, role }) => (
          <li key={id}>
            <div>
              <p dir="auto">{name}</p>
              <p className={styles.quiet}>{words.roles[role]}</p>
            </div>
            {id === session.workspace.id ? (
              <span className={styles.quiet}>{words.here}</span>
            ) : (
              <Button busy={go.isPending} onClick={() => go.mutate(id)}>
                {words.switchTo}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Part>
  );
}
