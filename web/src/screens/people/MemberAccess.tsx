import type { Member } from '../../api/lead/people';
import { Button } from '../../ui/Button';
import { Failed } from '../parts/Loaded';
import styles from './People.module.css';
import { useMember } from './use_member';
import { words } from './words';

/** What an owner can do about somebody's access. */
export function MemberAccess({ member, onLink }: { member: Member; onLink: () => void }) {
  const { change, error } = useMember(member);
  const { active, name } = member;
  return (
    <span className={styles.access}>
      {active ? (
        <Button
          look="quiet"
          aria-label={words.deactivateName(name)}
          onClick={() => change({ active: false }, { active: true }, words.ended(name))}
        >
          {words.deactivate}
        </Button>
      ) : (
        <Button
          look="quiet"
          aria-label={words.activateName(name)}
          onClick={() => change({ active: true }, { active: false }, words.restored(name))}
        >
          {words.activate}
        </Button>
      )}
      {active && member.email !== null && (
        <Button look="quiet" icon="link" iconOnly onClick={onLink}>
          {words.signInLink(name)}
        </Button>
      )}
      {error && <Failed error={error} />}
    </span>
  );
}
