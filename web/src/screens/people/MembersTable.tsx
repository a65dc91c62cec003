import { useState } from 'react';
import type { Member } from '../../api/lead/people';
import { useSession } from '../../shell/session';
import { count } from '../../ui/format';
import { dayName } from '../../ui/durations';
import { Table, type Column } from '../../ui/Table';
import { MemberAccess } from './MemberAccess';
import styles from './People.module.css';
import { RolePicker } from './RolePicker';
import { SignInLinkDialog } from './SignInLinkDialog';
import { words } from './words';

interface Props {
  members: readonly Member[];
  administers: boolean;
}

/** People with their roles; owners change roles and access right there. */
export function MembersTable({ members, administers }: Props) {
  const { person } = useSession();
  const [linkFor, setLinkFor] = useState<Member | null>(null);
  const columns: Column<Member>[] = [
    {
      id: 'name',
      title: words.heads.name,
      cell: (member) => <Name member={member} isMe={member.id === person.id} />,
    },
    {
      id: 'role',
      title: words.heads.role,
      cell: (member) =>
        administers && member.id !== person.id ? (
          <>
            <RolePicker member={member} />
            {/* Where the column of access has no room. */}
            <span className={styles.narrowAccess}>
              <MemberAccess member={member} onLink={() => setLinkFor(member)} />
            </span>
          </>
        ) : (
          words.roles[member.role]
        ),
    },
    {
      id: 'projects',
      title: words.heads.projects,
      cell: (member) => count(member.project_count),
      align: 'end',
      secondary: true,
    },
    {
      id: 'annotations',
      title: words.heads.annotations,
      cell: (member) => count(member.annotation_count),
      align: 'end',
      secondary: true,
    },
    {
      id: 'since',
      title: words.heads.since,
      cell: (member) => dayName(member.created_at),
      secondary: true,
    },
  ];
  if (administers) {
    columns.push({
      id: 'access',
      title: words.heads.actions,
      secondary: true,
      cell: (member) =>
        member.id === person.id ? null : (
          <MemberAccess member={member} onLink={() => setLinkFor(member)} />
        ),
    });
  }
  return (
    <>
      <Table caption={words.caption} columns={columns} rows={members} rowKey={({ id }) => id} />
      {linkFor && <SignInLinkDialog member={linkFor} onClose={() => setLinkFor(null)} />}
    </>
  );
}

function Name({ member, isMe }: { member: Member; isMe: boolean }) {
  return (
    <span className={styles.name} data-inactive={!member.active || undefined}>
      <span dir="auto">
        {member.name}
        {isMe && <small>{` (${words.you})`}</small>}
      </span>
      <small>{member.email ?? words.noEmail}</small>
      {!member.active && <small>{words.noAccess}</small>}
    </span>
  );
}
