import { findProjects, listOwnProjects } from '../api/projects';
import type { Role } from '../api/types';
import { LEAD_SOURCES } from './lead_commands';
import type { Place } from './places';
import { words } from './words';

/** One line of the command palette. */
export interface Command {
  id: string;
  title: string;
  group: string;
  /** Its key, shown beside it. */
  key?: string;
  run: () => void;
}

/** Finds commands for what was typed; one that fails shows nothing. */
export type CommandSource = (
  query: string,
  role: Role,
  go: (path: string) => void,
) => Promise<Command[]>;

const ownProjects: CommandSource = async (query, role, go) => {
  if (role !== 'annotator') return [];
  const wanted = query.trim().toLowerCase();
  const own = await listOwnProjects();
  return own
    .filter(({ title }) => title.toLowerCase().includes(wanted))
    .map(({ id, title }) => projectCommand(id, title, () => go(`${pathOf(id)}/label`)));
};

const ledProjects: CommandSource = async (query, role, go) => {
  if (role === 'annotator') return [];
  const found = await findProjects(query.trim());
  return found.map(({ id, title }) => projectCommand(id, title, () => go(pathOf(id))));
};

const projectCommand = (id: string, title: string, run: () => void): Command => ({
  id: `project-${id}`,
  title,
  group: words.projects,
  run,
});

const pathOf = (projectId: string) => `/projects/${encodeURIComponent(projectId)}`;

/** What the palette can find besides pages. Adding a source is one line here. */
export const SOURCES: readonly CommandSource[] = [ownProjects, ledProjects, ...LEAD_SOURCES];

export function placesAsCommands(places: readonly Place[], query: string): Command[] {
  const wanted = query.trim().toLowerCase();
  return places
    .filter((place) => place.title.toLowerCase().includes(wanted))
    .map((place) => ({
      id: `place-${place.path}`,
      title: place.title,
      group: words.pages,
      ...(place.letter && { key: `g ${place.letter}` }),
      run: place.go,
    }));
}
