import type { Member, Role } from '../../api/lead/people';
import { Failed } from '../parts/Loaded';
import styles from './People.module.css';
import { useMember } from './use_member';
import { words } from './words';

export const ROLES: readonly Role[] = ['annotator', 'reviewer', 'lead', 'owner'];

/** A person's role, changed by choosing another. */
export function RolePicker({ member }: { member: Member }) {
  const { change, error } = useMember(member);
  return (
    <>
      <select
        className={styles.role}
        aria-label={words.roleOf(member.name)}
        value={member.role}
        disabled={!member.active}
        onChange={(event) => {
          const role = ROLES.find((one) => one === event.target.value) ?? member.role;
          change({ role }, { role: member.role }, words.roleChanged(member.name, role));
        }}
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {words.roles[role]}
          </option>
        ))}
      </select>
      {error && <Failed error={error} />}
    </>
  );
}
