import type { Consensus } from '../../api/lead/consensus';
import { words } from './words';

/** What the page comes to, in one or two sentences. */
export function sentence(shown: Consensus): string {
  if (shown.n_tasks === 0) return words.nothingTitle;
  const wrong =
    shown.expected_wrong === null ? words.cannotTell : words.wrong(shown.expected_wrong);
  const said = `${words.decided(shown.n_decided)}; ${wrong}`;
  return shown.n_undecided > 0 ? `${said} ${words.undecided(shown.n_undecided)}` : said;
}
