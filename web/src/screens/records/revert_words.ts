import type { Revert } from '../../api/lead/records';
import { moment } from '../../ui/format';
import { words } from './words';

type Kept = Partial<{
  since: string;
  until: string;
  label: string;
  guideline_versions: number[];
  label_config_versions: number[];
  flagged_rule: string;
  sources: string[];
  import_job: string;
  task_ids: number[];
  everything: boolean;
}>;

/** Which annotations a revert meant, in words. */
export function selectionWords({
  selection,
  people,
}: Pick<Revert, 'selection' | 'people'>): string {
  const kept = selection as Kept;
  const when = (iso: string | undefined) => (iso === undefined ? '' : moment(iso));
  return [
    people.length > 0 && words.whom(people.map(({ name }) => name).join(', ')),
    (kept.since ?? kept.until) && words.window(when(kept.since), when(kept.until)),
    kept.label && words.withLabel(kept.label),
    kept.guideline_versions && words.guidelines(kept.guideline_versions.join(', ')),
    kept.label_config_versions && words.labelConfigs(kept.label_config_versions.join(', ')),
    kept.flagged_rule && words.aboutRule(kept.flagged_rule),
    kept.sources?.map((source) => words.sources[source] ?? source).join(', '),
    kept.import_job && words.ofImport,
    kept.task_ids && words.onTasks(kept.task_ids.length),
    kept.everything && words.everything,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What became of the slots, in words. */
export function effectWords(effects: Readonly<Record<string, number>>): string {
  const said = Object.entries(effects).map(([effect, n]) => words.effects[effect]?.(n));
  return said.filter(Boolean).join(' · ') || words.none;
}
