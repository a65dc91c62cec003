import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useMatches, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { project, type Project } from '../../api/lead/projects';
import { useSession } from '../../shell/session';
import { useTitle } from '../../shell/title';
import { EmptyState } from '../../ui/EmptyState';
import { useKeys } from '../../ui/keys';
import { LinkButton } from '../../ui/LinkButton';
import { Notice, State } from '../../ui/State';
import { UndoPlace } from '../../ui/Undo';
import { Loaded } from '../parts/Loaded';
import { may } from '../parts/may';
import { useProjectId } from '../parts/use_project_id';
import styles from './ProjectFrame.module.css';
import { ProjectState } from './ProjectState';
import { tabsFor, type Tab } from './tabs';
import { words } from './words';

/** Around the pages of a project: its name, its state, its tabs. */
export function ProjectFrame() {
  const projectId = useProjectId();
  const { role } = useSession();
  const mayRead = may(role, 'readProject');
  const query = useQuery({ ...project(projectId), enabled: mayRead });
  if (!mayRead) return <NotForYou projectId={projectId} />;
  return (
    <div className={styles.frame}>
      <Loaded query={query} lines={[36, 60, 100, 100]}>
        {(data) => <Inside project={data} />}
      </Loaded>
      <UndoPlace />
    </div>
  );
}

function Inside({ project: shown }: { project: Project }) {
  const { role } = useSession();
  const tabs = tabsFor(role, Object.values(useRouter().routesById));
  const navigate = useNavigate();
  const at = useMatches().at(-1)?.fullPath.replace(/\/$/, '');
  const tab = tabs.find(({ to }) => to === at)?.title;
  useTitle(tab ? `${tab} · ${shown.title}` : shown.title);
  const params = { projectId: shown.id };
  useKeys(
    tabs.map(({ to, title, letter }) => ({
      id: `tab.${letter}`,
      keys: [`g ${letter}`],
      title: words.goTo(title),
      group: words.inThisProject,
      run: () => void navigate({ to, params }),
    })),
  );
  return (
    <>
      <header className={styles.head}>
        <div className={styles.name}>
          <h1 dir="auto">{shown.title}</h1>
          {shown.state !== 'open' && (
            <State icon={shown.state === 'paused' ? 'pause' : 'info'}>
              {words.states[shown.state]}
            </State>
          )}
        </div>
        <div className={styles.actions}>
          {may(role, 'changeProject') && <ProjectState project={shown} />}
          {shown.can_annotate && shown.state === 'open' && (
            <LinkButton to="/projects/$projectId/label" params={params}>
              {words.label}
            </LinkButton>
          )}
        </div>
      </header>
      <Tabs tabs={tabs} projectId={shown.id} at={at} />
      {shown.state === 'archived' && <Notice>{words.archivedNote}</Notice>}
      <Outlet />
    </>
  );
}

interface TabsProps {
  tabs: readonly Tab[];
  projectId: string;
  at: string | undefined;
}

function Tabs({ tabs, projectId, at }: TabsProps) {
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the row scrolls; the page one is on is always in sight.
  useEffect(() => {
    const current = nav.current?.querySelector('[aria-current="page"]');
    current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [at]);
  return (
    <nav ref={nav} className={styles.tabs} aria-label={words.navigation}>
      {tabs.map(({ to, title }) => (
        <Link
          key={to}
          to={to}
          params={{ projectId }}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}

function NotForYou({ projectId }: { projectId: string }) {
  return (
    <div className={styles.frame}>
      <EmptyState
        title={words.notForYou}
        action={
          <LinkButton to="/projects/$projectId/label" params={{ projectId }} look="main">
            {words.label}
          </LinkButton>
        }
      >
        <p>{words.notForYouText}</p>
      </EmptyState>
    </div>
  );
}
