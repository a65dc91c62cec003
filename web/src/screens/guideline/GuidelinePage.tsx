import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { guideline, type Guideline } from '../../api/lead/guideline';
import { useSession } from '../../shell/session';
import { moment } from '../../ui/format';
import { LinkButton } from '../../ui/LinkButton';
import { Loaded } from '../parts/Loaded';
import { may } from '../parts/may';
import { useProjectId } from '../parts/use_project_id';
import { Changes } from './Changes';
import { Gaps } from './Gaps';
import styles from './Guideline.module.css';
import { GuidelineEditor } from './GuidelineEditor';
import { GuidelineText } from './GuidelineText';
import { Questions } from './Questions';
import { readView, type GuidelineView } from './view';
import { words } from './words';

/** The guideline: to read, to write, and what changed; with the questions it left open. */
export function GuidelinePage() {
  const projectId = useProjectId();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const view = readView(search);
  const query = useQuery(guideline(projectId));
  return (
    <Loaded query={query} lines={[30, 90, 80, 30, 90, 85]}>
      {(shown) => (
        <div className={styles.page}>
          <Head projectId={projectId} guideline={shown} view={view} />
          {view.kind === 'changes' ? (
            <Changes projectId={projectId} newest={shown.version} view={view} />
          ) : (
            <div className={styles.columns}>
              {view.kind === 'edit' ? (
                <GuidelineEditor projectId={projectId} guideline={shown} />
              ) : (
                <GuidelineText document={shown.document} />
              )}
              <aside className={styles.aside}>
                <Gaps projectId={projectId} gaps={shown.gaps} />
                <Questions projectId={projectId} />
              </aside>
            </div>
          )}
        </div>
      )}
    </Loaded>
  );
}

interface HeadProps {
  projectId: string;
  guideline: Guideline;
  view: GuidelineView;
}

function Head({ projectId, guideline: shown, view }: HeadProps) {
  const { role } = useSession();
  const params = { projectId };
  const mayEdit = may(role, 'changeProject');
  const kinds =
    view.kind === 'edit' ? (['read', 'edit', 'changes'] as const) : (['read', 'changes'] as const);
  return (
    <header className={styles.head}>
      <div>
        <h2
          data-page-title
          tabIndex={-1}
        >{`${words.title}, ${words.version(shown.version).toLowerCase()}`}</h2>
        <p>
          {words.by(shown.created_by, moment(shown.created_at))}
          {shown.note && <span dir="auto">{` · ${shown.note}`}</span>}
        </p>
      </div>
      <nav className={styles.views} aria-label={words.title}>
        {kinds.map((kind) => (
          <Link
            key={kind}
            to="/projects/$projectId/guideline"
            params={params}
            search={kind === 'read' ? {} : { view: kind }}
            aria-current={view.kind === kind ? 'page' : undefined}
            activeOptions={{ exact: true }}
          >
            {words.views[kind]}
          </Link>
        ))}
      </nav>
      {mayEdit && view.kind === 'read' && (
        <LinkButton
          to="/projects/$projectId/guideline"
          params={params}
          search={{ view: 'edit' }}
          look="main"
          icon="edit"
        >
          {words.edit}
        </LinkButton>
      )}
    </header>
  );
}
