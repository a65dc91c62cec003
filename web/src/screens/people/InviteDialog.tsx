import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { invitations, invite, type Role } from '../../api/lead/people';
import { projectList } from '../../api/lead/projects';
import { asProblem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { Actions, Dialog } from '../../ui/Dialog';
import { TextField } from '../../ui/Field';
import { moment } from '../../ui/format';
import { CheckField, NumberField } from '../../ui/NumberField';
import { OptionCards } from '../../ui/OptionCards';
import { Failed } from '../parts/Loaded';
import { OneTimeSecret } from './OneTimeSecret';
import styles from './People.module.css';
import { ROLES } from './RolePicker';
import { words } from './words';

interface Props {
  /** A project that is chosen to begin with; empty for none. */
  projectId: string;
  onClose: () => void;
}

/** Invites by a link, shown once. */
export function InviteDialog({ projectId, onClose }: Props) {
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: invite,
    onSuccess: () => client.invalidateQueries({ queryKey: invitations.queryKey }),
  });
  return (
    <Dialog title={make.data ? words.inviteMade : words.inviteTitle} onClose={onClose}>
      {make.data ? (
        <>
          <p>{words.linkOnce}</p>
          <OneTimeSecret
            label={words.inviteMade}
            value={make.data.link.url}
            copy={words.copyLink}
          />
          <p className={styles.quiet}>{words.linkUntil(moment(make.data.link.expires_at))}</p>
          <Actions>
            <Button onClick={make.reset}>{words.another}</Button>
            <Button look="main" onClick={onClose}>
              {words.done}
            </Button>
          </Actions>
        </>
      ) : (
        <InviteForm projectId={projectId} make={make} />
      )}
    </Dialog>
  );
}

interface FormProps {
  projectId: string;
  make: {
    mutate: (body: Parameters<typeof invite>[0]) => void;
    error: unknown;
    isPending: boolean;
  };
}

function InviteForm({ projectId, make }: FormProps) {
  const [role, setRole] = useState<Role>('annotator');
  const [email, setEmail] = useState('');
  const [days, setDays] = useState(7);
  const [chosen, setChosen] = useState<readonly string[]>(projectId ? [projectId] : []);
  const problem = make.error ? asProblem(make.error) : null;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate({
          role,
          email: email.trim() || null,
          project_ids: [...chosen],
          expires_in_days: days,
        });
      }}
    >
      <p className={styles.quiet}>{words.inviteLead}</p>
      <OptionCards
        label={words.role}
        value={role}
        onChange={setRole}
        options={ROLES.map((value) => ({
          value,
          title: words.roles[value],
          text: words.roleHints[value],
        }))}
      />
      <ProjectChoice chosen={chosen} onChange={setChosen} />
      <TextField
        label={words.email}
        hint={words.emailHint}
        type="email"
        autoComplete="off"
        value={email}
        onChange={setEmail}
        error={problem?.field === 'email' ? problem.message : null}
      />
      <NumberField
        label={words.days}
        unit={words.daysUnit}
        value={days}
        onChange={setDays}
        min={1}
        max={90}
      />
      {problem && problem.field !== 'email' && <Failed error={problem} />}
      <Actions>
        <Button look="main" type="submit" busy={make.isPending}>
          {words.makeLink}
        </Button>
      </Actions>
    </form>
  );
}

interface ChoiceProps {
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

function ProjectChoice({ chosen, onChange }: ChoiceProps) {
  const query = useInfiniteQuery(projectList({ q: '', state: 'open' }));
  const projects = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <fieldset className={styles.checks}>
      <legend>{words.projects}</legend>
      <p className={styles.quiet}>
        {query.isSuccess && projects.length === 0 ? words.noProjects : words.projectsHint}
      </p>
      {projects.map(({ id, title }) => (
        <CheckField
          key={id}
          label={title}
          checked={chosen.includes(id)}
          onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((one) => one !== id))}
        />
      ))}
    </fieldset>
  );
}
