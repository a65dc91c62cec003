import type { TaskFilter } from '../../api/lead/tasks';
import { words } from './words';

/** A filter that can be put on by choosing it from the list under the field. */
export interface Suggestion {
  id: string;
  /** The kind of filter: "Label". */
  kind: string;
  title: string;
  patch: Partial<TaskFilter>;
}

/** What the filters of a project can be made of. */
export interface Known {
  labels: readonly string[];
  people: readonly { id: string; name: string }[];
}

const MOST = 12;

function all({ labels, people }: Known): Suggestion[] {
  return [
    {
      id: 'disagreeing',
      kind: words.kinds.agreement,
      title: words.disagreeing,
      patch: { disagreeing: true },
    },
    ...(['waiting', 'started', 'done', 'out'] as const).map((state) => ({
      id: `state-${state}`,
      kind: words.kinds.state,
      title: words.states[state],
      patch: { state },
    })),
    ...labels.map((label) => ({
      id: `label-${label}`,
      kind: words.kinds.label,
      title: label,
      patch: { label },
    })),
    ...people.map(({ id, name }) => ({
      id: `annotator-${id}`,
      kind: words.kinds.annotator,
      title: name,
      patch: { annotator: id },
    })),
  ];
}

/** A word of the title begins so: "done" is not meant by "ne". */
const hasWord = (title: string, start: string) => ` ${title.toLowerCase()}`.includes(` ${start}`);

/**
 * The filters that what was typed may mean: "neu" finds the label Neutral, "label:" all labels,
 * "annotator: ada" a person. The last one always searches the text itself.
 */
export function suggestionsFor(typed: string, known: Known): Suggestion[] {
  const wanted = typed.trim().toLowerCase();
  const [, kind, rest] = /^(\w+)\s*:\s*(.*)$/.exec(wanted) ?? [];
  const filters = all(known).filter((one) =>
    kind !== undefined && one.kind.toLowerCase().startsWith(kind)
      ? hasWord(one.title, rest ?? '')
      : hasWord(one.title, wanted),
  );
  if (wanted === '') return filters.slice(0, MOST);
  const search: Suggestion = {
    id: 'search',
    kind: words.kinds.text,
    title: words.searchFor(typed.trim()),
    patch: { q: typed.trim() },
  };
  return [...filters.slice(0, MOST - 1), search];
}
