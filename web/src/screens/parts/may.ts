import type { Role } from '../../api/types';

/** What a role may do, so that pages hide doors; the server decides. */
const MAY = {
  readProject: ['owner', 'lead', 'reviewer'],
  changeProject: ['owner', 'lead'],
  seePeople: ['owner', 'lead'],
  administer: ['owner'],
} as const satisfies Record<string, readonly Role[]>;

export const may = (role: Role, what: keyof typeof MAY): boolean =>
  (MAY[what] as readonly Role[]).includes(role);
