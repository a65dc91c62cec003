import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { people } from '../../api/lead/people';
import { given } from '../../api/server';
import { useSession } from '../../shell/session';
import { Button } from '../../ui/Button';
import { LinkButton } from '../../ui/LinkButton';
import { Page } from '../../ui/Page';
import { SearchField } from '../../ui/SearchField';
import { UndoPlace } from '../../ui/Undo';
import { Loaded } from '../parts/Loaded';
import { may } from '../parts/may';
import { InviteDialog } from './InviteDialog';
import { MembersTable } from './MembersTable';
import { OpenInvitations } from './OpenInvitations';
import styles from './People.module.css';
import { words } from './words';

/** The people of the workspace: who they are, what they may do, and who was invited. */
export function People() {
  const { role } = useSession();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const q = typeof search.q === 'string' ? search.q : '';
  // A link from a project names it, so that the invitation begins with it.
  const project = typeof search.project === 'string' ? search.project : '';
  const inviting = search.invite === true;
  const query = useInfiniteQuery(people(q));
  const administers = may(role, 'administer');
  const go = (next: { q?: string; invite?: boolean }) =>
    void navigate({ to: '/people', search: given({ q, ...next }), replace: next.q !== undefined });
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        administers && (
          <LinkButton
            to="/people"
            search={{ ...given({ q }), invite: true }}
            look="main"
            icon="add"
          >
            {words.invite}
          </LinkButton>
        )
      }
    >
      <div className={styles.page}>
        <SearchField label={words.search} value={q} onChange={(typed) => go({ q: typed })} />
        <Loaded query={query} lines={[100, 100, 100, 100]}>
          {({ pages }) => {
            const members = pages.flatMap((page) => page.items);
            return (
              <>
                {members.length === 0 && <p className={styles.quiet}>{words.nobody}</p>}
                {members.length > 0 && <MembersTable members={members} administers={administers} />}
                {query.hasNextPage && (
                  <Button
                    busy={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    {words.more}
                  </Button>
                )}
              </>
            );
          }}
        </Loaded>
        {administers && <OpenInvitations />}
      </div>
      {administers && inviting && (
        <InviteDialog projectId={project} onClose={() => go({ invite: false })} />
      )}
      <UndoPlace />
    </Page>
  );
}
