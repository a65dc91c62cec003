import { sent, server } from '../api/server';
import type { Role } from '../api/types';
import type { Command, CommandSource } from './commands';
import { words } from './words';

/** What leads find in the palette besides projects: pages of the open project, a task, people, an action. */

const leads = (role: Role) => role === 'owner' || role === 'lead';

/** The project in the address, or null outside of one. */
export function openProject(pathname: string): string | null {
  const found = /^\/projects\/([^/]+)/.exec(pathname)?.[1] ?? null;
  return found === 'new' ? null : found;
}

const matches = (title: string, query: string) =>
  title.toLowerCase().includes(query.trim().toLowerCase());

/** Addresses with a question mark: the router takes them from its history. */
async function push(address: string): Promise<void> {
  const { router } = await import('./router');
  router.history.push(address);
}

const tabs: CommandSource = async (query, role, go) => {
  const project = openProject(globalThis.location.pathname);
  if (project === null || role === 'annotator') return [];
  const { router } = await import('./router');
  return Object.values(router.routesById).flatMap((route): Command[] => {
    const { tab, letter, roles } = route.options.staticData ?? {};
    if (!tab || !matches(tab, query) || (roles && !roles.includes(role))) return [];
    const path = route.fullPath.replace('$projectId', project);
    return [
      {
        id: `tab-${tab}`,
        title: tab,
        group: words.thisProject,
        ...(letter && { key: `g ${letter}` }),
        run: () => go(path),
      },
    ];
  });
};

const task: CommandSource = (query, role) => {
  const project = openProject(globalThis.location.pathname);
  const number = /^#?(\d+)$/.exec(query.trim())?.[1];
  if (project === null || number === undefined || role === 'annotator') return Promise.resolve([]);
  return Promise.resolve([
    {
      id: 'task',
      title: words.task(number),
      group: words.thisProject,
      run: () => void push(`/projects/${project}/tasks?task=${number}`),
    },
  ]);
};

const people: CommandSource = async (query, role) => {
  const q = query.trim();
  if (!leads(role) || q === '') return [];
  const { items } = await sent(server.GET('/api/v1/people', { params: { query: { q } } }));
  return items.slice(0, 5).map(({ id, name }) => ({
    id: `person-${id}`,
    title: name,
    group: words.person,
    run: () => void push(`/people?q=${encodeURIComponent(name)}`),
  }));
};

const actions: CommandSource = (query, role, go) => {
  if (!leads(role) || !matches(words.newProject, query)) return Promise.resolve([]);
  return Promise.resolve([
    {
      id: 'new-project',
      title: words.newProject,
      group: words.action,
      run: () => go('/projects/new'),
    },
  ]);
};

export const LEAD_SOURCES: readonly CommandSource[] = [tabs, task, people, actions];
