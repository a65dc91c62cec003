import type { Policy } from '../../api/lead/quality';
import { duration } from '../../ui/durations';
import { count, percent } from '../../ui/format';
import { queueSentence, ruleSentence, stageText } from './sentences';
import { words } from './words';

/** One setting that differs between two policies. Lists give the lines that are gone and that are new. */
export interface Change {
  field: keyof Policy;
  title: string;
  before: readonly string[];
  after: readonly string[];
}

interface Setting<Key extends keyof Policy> {
  title: string;
  /** Several lines for a list. */
  say: (value: Policy[Key]) => readonly string[];
}

const yesNo = (value: boolean) => [value ? 'yes' : 'no'];
const number = (value: number | null) => [value === null ? words.noLimit : count(value)];
const minutes = (value: number | null) => [
  value === null ? words.noBreaks : `${count(value)} ${words.minutes}`,
];

/** Every setting by its name on the page, in the order of the page. */
const SETTINGS: { [Key in keyof Policy]: Setting<Key> } = {
  annotations_per_task: { title: words.annotationsPerTask, say: number },
  overlap_share: { title: words.overlapShare, say: (value) => [percent(value)] },
  full_coverage: { title: words.fullCoverage, say: yesNo },
  adaptive: {
    title: words.adaptive,
    say: (value) => [
      value === null
        ? 'no'
        : `until ${percentOf(value.confidence)}, at most ${count(value.most)}, checked on ${percentOf(value.audit_share)}`,
    ],
  },
  rules: { title: words.groups.rules.title, say: (value) => value.map(ruleSentence) },
  queues: { title: words.groups.queues.title, say: (value) => value.map(queueSentence) },
  stages: { title: words.groups.stages.title, say: (value) => value.map(stageText) },
  order: { title: words.order, say: (value) => [words.orderTitles[value]] },
  lease_seconds: { title: words.lease, say: (value) => [duration(value)] },
  undo_seconds: { title: words.undo, say: (value) => [duration(value)] },
  skips: {
    title: words.groups.skips.title,
    say: (value) =>
      Object.entries(words.reasons).map(
        ([reason, title]) => `${title}: ${words.destinations[value[reason] ?? 'others']}`,
      ),
  },
  most_per_person_per_day: { title: words.capDay, say: number },
  most_per_person: { title: words.capPerson, say: number },
  most_in_project: { title: words.capProject, say: number },
  session_minutes: { title: words.session, say: minutes },
  break_minutes: { title: words.breakLength, say: minutes },
  break_required: { title: words.breakRequired, say: yesNo },
  backup_called: { title: words.backupCalled, say: yesNo },
  ask_confidence: { title: words.ask, say: yesNo },
  agreement_target: { title: words.target, say: (value) => [String(value)] },
  agreement_warning: { title: words.warning, say: (value) => [String(value)] },
  price_per_annotation: {
    title: words.price,
    say: (value) => [value === null ? words.noPrice : String(value)],
  },
};

/** A probability with the places it was given: 0.995 → "99.5 %". */
const percentOf = (value: number): string => `${Number((value * 100).toFixed(2))} %`;

function changeOf<Key extends keyof Policy>(field: Key, before: Policy, after: Policy) {
  const { title, say } = SETTINGS[field];
  const [old, fresh] = [say(before[field]), say(after[field])];
  const gone = old.filter((line) => !fresh.includes(line));
  const added = fresh.filter((line) => !old.includes(line));
  if (gone.length > 0 || added.length > 0) return { field, title, before: gone, after: added };
  // The same lines: the order decides for rules, and for nothing else that has lines.
  return old.join('\n') === fresh.join('\n')
    ? null
    : { field, title, before: [], after: [words.orderChanged] };
}

/** What differs, in the words and the order of the page. */
export function policyChanges(before: Policy, after: Policy): Change[] {
  return (Object.keys(SETTINGS) as (keyof Policy)[]).flatMap(
    (field) => changeOf(field, before, after) ?? [],
  );
}
