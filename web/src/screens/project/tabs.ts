import type { Role } from '../../api/types';

/** A page of a project. */
export interface Tab {
  to: TabPath;
  title: string;
  /** The letter after `g` that goes there. */
  letter: string;
}
export type TabPath =
  | '/projects/$projectId'
  | '/projects/$projectId/tasks'
  | '/projects/$projectId/agreement'
  | '/projects/$projectId/consensus'
  | '/projects/$projectId/guideline'
  | '/projects/$projectId/people'
  | '/projects/$projectId/queue'
  | '/projects/$projectId/policy'
  | '/projects/$projectId/import-export'
  | '/projects/$projectId/records'
  | '/projects/$projectId/settings';

interface RouteLike {
  fullPath: string;
  options: { staticData?: { tab?: string; letter?: string; roles?: readonly Role[] } };
}

/** The list of routes is the list of tabs, in its order; nothing is registered twice. */
export function tabsFor(role: Role, routes: readonly RouteLike[]): Tab[] {
  return routes.flatMap(({ fullPath, options }) => {
    const { tab, letter, roles } = options.staticData ?? {};
    if (!tab || !letter || (roles && !roles.includes(role))) return [];
    return [{ to: fullPath.replace(/\/$/, '') as TabPath, title: tab, letter }];
  });
}
