import { createRootRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Role } from '../api/types';
import { NotFound } from './NotFound';
import { PageFailed } from './PageFailed';
import { Root } from './Root';

/** What the shell knows of a page: its name, who may open it, how it is reached. */
declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Document title; a page with its own subject sets a better one with useTitle. */
    title?: string;
    /** `frame`: with the top frame; `bare`: the page has the window for itself. */
    chrome?: 'frame' | 'bare';
    /** Shown without a session (sign-in, invitation). */
    open?: boolean;
    /** Who sees it; everybody signed in when absent. The server decides, this only hides doors. */
    roles?: readonly Role[];
    /** In the frame's navigation and the command palette, with this name. */
    place?: string;
    /** Among the pages of a project, with this name. */
    tab?: string;
    /** The letter after `g` that goes there. */
    letter?: string;
  }
}

/** The pages of leads keep their state behind the ?; each reads what it understands. */
const validateSearch = (search: Record<string, unknown>): Record<string, unknown> => search;

const LEADS: readonly Role[] = ['owner', 'lead'];

const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: PageFailed,
});

const home = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch,
  staticData: { title: 'Projects', place: 'Projects', letter: 'p' },
  component: lazyRouteComponent(() => import('../screens/home/Home'), 'Home'),
});

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  staticData: { title: 'Sign in', chrome: 'bare', open: true },
  component: lazyRouteComponent(() => import('../screens/access/SignIn'), 'SignIn'),
});

const invitation = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  staticData: { title: 'Invitation', chrome: 'bare', open: true },
  component: lazyRouteComponent(
    () => import('../screens/access/AcceptInvitation'),
    'AcceptInvitation',
  ),
});

const label = createRoute({
  getParentRoute: () => rootRoute,
  path: '/projects/$projectId/label',
  staticData: { title: 'Label', chrome: 'bare' },
  component: lazyRouteComponent(() => import('../screens/annotate/Annotate'), 'Annotate'),
});

const newProject = createRoute({
  getParentRoute: () => rootRoute,
  path: '/projects/new',
  validateSearch,
  staticData: { title: 'New project', roles: LEADS },
  component: lazyRouteComponent(() => import('../screens/projects/NewProject'), 'NewProject'),
});

const project = createRoute({
  getParentRoute: () => rootRoute,
  path: '/projects/$projectId',
  component: lazyRouteComponent(() => import('../screens/project/ProjectFrame'), 'ProjectFrame'),
});

const overview = createRoute({
  getParentRoute: () => project,
  path: '/',
  staticData: { tab: 'Overview', letter: 'o' },
  component: lazyRouteComponent(() => import('../screens/project/Overview'), 'Overview'),
});

const tasks = createRoute({
  getParentRoute: () => project,
  path: 'tasks',
  validateSearch,
  staticData: { tab: 'Tasks', letter: 't' },
  component: lazyRouteComponent(() => import('../screens/tasks/Tasks'), 'Tasks'),
});

const agreement = createRoute({
  getParentRoute: () => project,
  path: 'agreement',
  validateSearch,
  staticData: { tab: 'Agreement', letter: 'a' },
  component: lazyRouteComponent(() => import('../screens/quality/AgreementPage'), 'AgreementPage'),
});

const consensus = createRoute({
  getParentRoute: () => project,
  path: 'consensus',
  validateSearch,
  staticData: { tab: 'Consensus', letter: 'n' },
  component: lazyRouteComponent(
    () => import('../screens/consensus/ConsensusPage'),
    'ConsensusPage',
  ),
});

const guideline = createRoute({
  getParentRoute: () => project,
  path: 'guideline',
  validateSearch,
  staticData: { tab: 'Guideline', letter: 'g' },
  component: lazyRouteComponent(
    () => import('../screens/guideline/GuidelinePage'),
    'GuidelinePage',
  ),
});

const queue = createRoute({
  getParentRoute: () => project,
  path: 'queue',
  validateSearch,
  staticData: { tab: 'Queue', letter: 'q', roles: LEADS },
  component: lazyRouteComponent(() => import('../screens/queue/QueuePage'), 'QueuePage'),
});

const policy = createRoute({
  getParentRoute: () => project,
  path: 'policy',
  validateSearch,
  staticData: { tab: 'Policy', letter: 'y', roles: LEADS },
  component: lazyRouteComponent(() => import('../screens/policy/PolicyPage'), 'PolicyPage'),
});

const seats = createRoute({
  getParentRoute: () => project,
  path: 'people',
  validateSearch,
  staticData: { tab: 'People', letter: 'm', roles: LEADS },
  component: lazyRouteComponent(() => import('../screens/people/Seats'), 'Seats'),
});

const files = createRoute({
  getParentRoute: () => project,
  path: 'import-export',
  validateSearch,
  staticData: { tab: 'Import & export', letter: 'i', roles: LEADS },
  component: lazyRouteComponent(
    () => import('../screens/import_export/ImportExport'),
    'ImportExport',
  ),
});

const records = createRoute({
  getParentRoute: () => project,
  path: 'records',
  staticData: { tab: 'Records', letter: 'r' },
  component: lazyRouteComponent(() => import('../screens/records/RecordsPage'), 'RecordsPage'),
});

const settings = createRoute({
  getParentRoute: () => project,
  path: 'settings',
  staticData: { tab: 'Settings', letter: 's', roles: LEADS },
  component: lazyRouteComponent(() => import('../screens/settings/Settings'), 'Settings'),
});

const people = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people',
  validateSearch,
  staticData: { title: 'People', place: 'People', letter: 'e', roles: LEADS },
  component: lazyRouteComponent(() => import('../screens/people/People'), 'People'),
});

const account = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  staticData: { title: 'Your account', place: 'Account', letter: 'c' },
  component: lazyRouteComponent(() => import('../screens/account/Account'), 'Account'),
});

const inProject = project.addChildren([
  overview,
  tasks,
  agreement,
  consensus,
  guideline,
  seats,
  queue,
  policy,
  files,
  records,
  settings,
]);

/** The pages. Adding one is one file under screens/ and one block above. */
export const pages = [
  home,
  signIn,
  invitation,
  label,
  newProject,
  inProject,
  people,
  account,
] as const;

export const routeTree = rootRoute.addChildren(pages);
