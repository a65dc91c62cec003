import type { Skills } from '../../api/lead/queue';

/** The policy's word for people who stand by. */
export const BACKUP = 'backup';

/** A skill as it is edited: with the last day it holds, empty for ever. */
export interface SkillDraft {
  name: string;
  lastDay: string;
}

/** "2026-11-22" of a moment, in the reader's own time zone. */
function dayOf(iso: string): string {
  const at = new Date(iso);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The last moment of a day, in the reader's own time zone. */
const endOf = (day: string): string => new Date(`${day}T23:59:59.999`).toISOString();

export const readSkills = (skills: Skills): SkillDraft[] =>
  Object.entries(skills).map(([name, until]) => ({
    name,
    lastDay: until === null ? '' : dayOf(until),
  }));

/** As the server wants it; an end that was not touched keeps its very moment. */
export function writeSkills(drafts: readonly SkillDraft[], before: Skills): Skills {
  return Object.fromEntries(
    drafts.map(({ name, lastDay }) => {
      const known = before[name];
      if (known && dayOf(known) === lastDay) return [name, known];
      return [name, lastDay === '' ? null : endOf(lastDay)];
    }),
  );
}

/** Whether a skill holds no more. */
export const isOver = (until: string | null, now = new Date()): boolean =>
  until !== null && new Date(until) <= now;
