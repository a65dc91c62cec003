import type { Role } from '../api/types';

/** A page that can be gone to from anywhere: in the navigation, the palette, and by `g` and a letter. */
export interface Place {
  title: string;
  path: string;
  letter: string | null;
  go: () => void;
}

interface RouteLike {
  fullPath: string;
  options: { staticData?: { place?: string; letter?: string; roles?: readonly Role[] } };
}

/** The list of routes is the list of places; nothing is registered twice. */
export function placesFor(
  role: Role,
  routes: readonly RouteLike[],
  go: (path: string) => void,
): Place[] {
  return routes.flatMap(({ fullPath, options }) => {
    const { place, letter, roles } = options.staticData ?? {};
    if (!place || (roles && !roles.includes(role))) return [];
    return [{ title: place, path: fullPath, letter: letter ?? null, go: () => go(fullPath) }];
  });
}
