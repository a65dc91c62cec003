import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { queue, type QueueState } from '../../api/lead/queue';
import { Notice } from '../../ui/State';
import { Loaded } from '../parts/Loaded';
import { useProjectId } from '../parts/use_project_id';
import { GiveBackDialog } from './GiveBackDialog';
import { LanesPart } from './LanesPart';
import { PeoplePart } from './PeoplePart';
import styles from './Queue.module.css';
import { queueSentence } from './sentence';
import { SkillsDialog } from './SkillsDialog';
import { words } from './words';

/** What waits where, who holds what, and why something is not being done. It looks again by itself. */
export function QueuePage() {
  const projectId = useProjectId();
  const query = useQuery(queue(projectId));
  return (
    <Loaded query={query} lines={[60, 30, 100, 100, 100]}>
      {(state) => <Inside projectId={projectId} state={state} at={query.dataUpdatedAt} />}
    </Loaded>
  );
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

function Inside({ projectId, state, at }: { projectId: string; state: QueueState; at: number }) {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const go = (next: Record<string, string>) =>
    void navigate({
      to: '/projects/$projectId/queue',
      params: { projectId },
      search: next,
      resetScroll: false,
    });
  const named = (id: unknown) => state.people.find(({ person }) => person.id === id);
  const editing = named(search.skills);
  const holder = named(search.back);
  const known = [...new Set(state.people.flatMap(({ skills }) => Object.keys(skills)))].sort();
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h2 data-page-title tabIndex={-1}>
          {queueSentence(state)}
        </h2>
        <p className={styles.quiet}>{words.refreshed(clock.format(at))}</p>
      </header>
      {state.hints.length > 0 && (
        <section className={styles.hints} aria-label={words.hints}>
          {state.hints.map(({ code, message }) => (
            <Notice
              key={code + message}
              tone={code === 'backup' ? 'plain' : 'warn'}
              icon={code === 'backup' ? 'info' : 'warn'}
            >
              {message}
            </Notice>
          ))}
        </section>
      )}
      <LanesPart projectId={projectId} lanes={state.lanes} />
      <PeoplePart
        projectId={projectId}
        people={state.people}
        onSkills={(id) => go({ skills: id })}
        onGiveBack={(id) => go({ back: id ?? 'all' })}
      />
      {editing && (
        <SkillsDialog projectId={projectId} worker={editing} known={known} onClose={() => go({})} />
      )}
      {(holder ?? search.back === 'all') && (
        <GiveBackDialog projectId={projectId} worker={holder ?? null} onClose={() => go({})} />
      )}
    </div>
  );
}
