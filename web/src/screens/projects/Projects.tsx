import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { projectList, type ProjectState } from '../../api/lead/projects';
import { given } from '../../api/server';
import { useSession } from '../../shell/session';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { RadioRow } from '../../ui/Field';
import { LinkButton } from '../../ui/LinkButton';
import { Page } from '../../ui/Page';
import { SearchField } from '../../ui/SearchField';
import { Loaded } from '../parts/Loaded';
import { may } from '../parts/may';
import { ProjectRow } from './ProjectRow';
import styles from './Projects.module.css';
import { words } from './words';

type Shown = ProjectState | '';
const SHOWN: readonly Shown[] = ['', 'open', 'paused', 'archived'];

/** All projects of the workspace, for those who lead them. */
export function Projects() {
  const { role } = useSession();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const q = typeof search.q === 'string' ? search.q : '';
  const state = SHOWN.find((one) => one === search.state) ?? '';
  const query = useInfiniteQuery(projectList({ q, state }));
  const go = (next: { q: string; state: Shown }) =>
    void navigate({ to: '/', search: given(next), replace: true });
  const filtered = q !== '' || state !== '';
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        may(role, 'changeProject') && (
          <LinkButton to="/projects/new" look="main" icon="add">
            {words.create}
          </LinkButton>
        )
      }
    >
      <Loaded query={query} lines={[30, 96, 60, 30, 96, 60, 30, 96, 60]}>
        {({ pages }) => {
          const projects = pages.flatMap((page) => page.items);
          if (projects.length === 0 && !filtered)
            return <FirstProject canCreate={may(role, 'changeProject')} />;
          return (
            <div className={styles.page}>
              <div className={styles.filters}>
                <SearchField
                  label={words.search}
                  value={q}
                  onChange={(typed) => go({ q: typed, state })}
                />
                <RadioRow
                  label={words.filter}
                  value={state}
                  onChange={(next) => go({ q, state: next })}
                  options={SHOWN.map((value) => ({ value, title: words.filters[value] }))}
                />
              </div>
              {projects.length === 0 && <NoneFits archived={state === 'archived' && q === ''} />}
              <ul className={styles.list}>
                {projects.map((project) => (
                  <ProjectRow key={project.id} project={project} />
                ))}
              </ul>
              {query.hasNextPage && (
                <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {words.more}
                </Button>
              )}
            </div>
          );
        }}
      </Loaded>
    </Page>
  );
}

function FirstProject({ canCreate }: { canCreate: boolean }) {
  return (
    <EmptyState
      title={words.emptyTitle}
      action={
        canCreate && (
          <LinkButton to="/projects/new" icon="add">
            {words.create}
          </LinkButton>
        )
      }
    >
      <p>{words.emptyText}</p>
    </EmptyState>
  );
}

const NoneFits = ({ archived }: { archived: boolean }) =>
  archived ? (
    <p className={styles.none}>{words.noArchived}</p>
  ) : (
    <EmptyState title={words.noneTitle}>
      <p>{words.noneText}</p>
    </EmptyState>
  );
