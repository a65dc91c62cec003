import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { invitations, revokeInvitation } from '../../api/lead/people';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { moment } from '../../ui/format';
import { Part } from '../../ui/Part';
import { Failed, Loaded } from '../parts/Loaded';
import styles from './People.module.css';
import { words } from './words';

/** Invitations that were not used yet. */
export function OpenInvitations() {
  const query = useQuery(invitations);
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: revokeInvitation,
    onSuccess: () => {
      announce(words.revoked);
      return client.invalidateQueries({ queryKey: invitations.queryKey });
    },
  });
  return (
    <Part title={words.open}>
      {revoke.error && <Failed error={revoke.error} />}
      <Loaded query={query} lines={[60, 60]}>
        {(items) => {
          const open = items.filter(({ state }) => state === 'open');
          if (open.length === 0) return <p className={styles.quiet}>{words.noneOpen}</p>;
          return (
            <ul className={styles.invitations}>
              {open.map((invitation) => (
                <li key={invitation.id}>
                  <span>{words.openFor(invitation.email)}</span>
                  <span className={styles.quiet}>
                    {words.openMeta(
                      words.roles[invitation.role],
                      invitation.project_ids.length,
                      moment(invitation.expires_at),
                    )}
                  </span>
                  <Button busy={revoke.isPending} onClick={() => revoke.mutate(invitation.id)}>
                    {words.revoke}
                  </Button>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Part>
  );
}
