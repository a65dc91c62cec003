import { recentSubmissions } from '../../api/labeling';
import type { Entry } from '../../shell/outbox/entry';
import type { Outbox } from '../../shell/outbox/outbox';
import { randomUuid } from '../../shell/uuid';

const LOOK_BACK = 100;

/**
 * Two tabs answered the same task, and the person wants this answer: it is sent anew as a
 * correction of the one that arrived. Null when that one can no longer be found; nothing changes then.
 */
export async function correctionOf(entry: Entry): Promise<Entry | null> {
  if (entry.kind !== 'submit') return null;
  const recent = await recentSubmissions(entry.project_id, LOOK_BACK).catch(() => []);
  const arrived = recent.find((one) => one.assignment_id === entry.assignment_id);
  if (!arrived) return null;
  const { seq: _seq, refused: _refused, ...rest } = entry;
  const key = randomUuid();
  const body = { ...entry.body, submission_id: key, supersedes: arrived.submission_id };
  return { ...rest, key, body };
}

/** Sends the correction and lays the refused entry down; false when it was not possible. */
export async function replaceEarlier(outbox: Outbox, entry: Entry): Promise<boolean> {
  const correction = await correctionOf(entry);
  if (!correction) return false;
  await outbox.add(correction);
  await outbox.discard(entry);
  return true;
}
