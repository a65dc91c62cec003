import { flagGuideline, skipAssignment, submitAnswer } from '../../api/labeling';
import { Problem } from '../../api/problem';
import type { SubmitAnswer } from '../../api/types';
import type { Entry } from './entry';

type Kind = Entry['kind'];
type OfKind<K extends Kind> = Extract<Entry, { kind: K }>;

/** How each kind of entry is sent; the one place that knows the routes. */
const SENDERS: { [K in Kind]: (entry: OfKind<K>) => Promise<SubmitAnswer | null> } = {
  submit: (entry) => submitAnswer(entry.assignment_id, entry.body),
  skip: async (entry) => {
    await skipAssignment(entry.assignment_id, entry.key, entry.body);
    return null;
  },
  flag: async (entry) => {
    await flagGuideline(entry.assignment_id, entry.key, entry.body);
    return null;
  },
};

/**
 * Sends one entry. A refused anti-forgery token is renewed once: it changes when somebody signs
 * in again in another tab.
 */
export async function deliver(
  entry: Entry,
  renewSession: () => Promise<void>,
): Promise<SubmitAnswer | null> {
  const send = SENDERS[entry.kind] as (entry: Entry) => Promise<SubmitAnswer | null>;
  try {
    return await send(entry);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 403 || !/csrf/.test(error.code))
      throw error;
    await renewSession();
    return send(entry);
  }
}
