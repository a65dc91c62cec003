import type { TaskRule } from '../../api/lead/policy';
import { Button } from '../../ui/Button';
import { SelectField } from '../../ui/Field';
import { offerUndo } from '../../ui/Undo';
import { moved, replaced, without } from './edit';
import { EntryHead } from './EntryHead';
import { Group } from './Group';
import { fromPercent, MarkedOptional, toPercent } from './Marked';
import { MarkLines } from './MarkLines';
import styles from './Policy.module.css';
import { RuleWhere } from './RuleWhere';
import { ruleSentence } from './sentences';
import type { KnownWords, Settings } from './settings';
import { words } from './words';

const EMPTY: TaskRule = {
  where: {},
  annotations_per_task: null,
  overlap_share: null,
  priority: null,
  queue: null,
};
const MOST = 50;

/** Which tasks are treated otherwise, and how. The first that fits decides, so they have an order. */
export function RulesGroup({ policy, set, known }: Settings & { known: KnownWords }) {
  const { rules } = policy;
  const remove = (place: number) => {
    set({ rules: without(rules, place) });
    offerUndo(words.removed(words.rule(place)), () => set({ rules }));
  };
  return (
    <Group id="rules" about="rules">
      {rules.length === 0 && <p className={styles.quiet}>{words.ruleNone}</p>}
      <ol className={styles.list} hidden={rules.length === 0}>
        {rules.map((rule, place) => (
          <li key={place} className={styles.entry}>
            <EntryHead
              name={words.rule(place)}
              title={`${place + 1}. ${ruleSentence(rule)}`}
              first={place === 0}
              last={place === rules.length - 1}
              onMove={(by) => set({ rules: moved(rules, place, by) })}
              onRemove={() => remove(place)}
            />
            <RuleFields
              at={`rules[${place}]`}
              rule={rule}
              queues={policy.queues.map(({ name }) => name)}
              known={known}
              onChange={(next) => set({ rules: replaced(rules, place, next) })}
            />
          </li>
        ))}
      </ol>
      <div>
        <Button
          icon="add"
          disabled={rules.length >= MOST}
          onClick={() => set({ rules: [...rules, EMPTY] })}
        >
          {words.ruleAdd}
        </Button>
      </div>
    </Group>
  );
}

interface FieldsProps {
  at: string;
  rule: TaskRule;
  queues: readonly string[];
  known: KnownWords;
  onChange: (rule: TaskRule) => void;
}

function RuleFields({ at, rule, queues, known, onChange }: FieldsProps) {
  const patch = (part: Partial<TaskRule>) => onChange({ ...rule, ...part });
  return (
    <>
      <MarkLines at={at} exact />
      <RuleWhere
        at={`${at}.where`}
        where={rule.where}
        known={known.fields}
        onChange={(where) => patch({ where })}
      />
      <div className={styles.pair}>
        <MarkedOptional
          at={`${at}.annotations_per_task`}
          label={words.ruleNumber}
          empty={words.asElsewhere}
          min={1}
          max={100}
          value={rule.annotations_per_task}
          onChange={(annotations_per_task) => patch({ annotations_per_task })}
        />
        <MarkedOptional
          at={`${at}.overlap_share`}
          label={words.ruleShare}
          empty={rule.annotations_per_task === null ? words.asElsewhere : '100'}
          unit="%"
          min={0}
          max={100}
          step="any"
          value={rule.overlap_share === null ? null : toPercent(rule.overlap_share)}
          onChange={(share) => patch({ overlap_share: share === null ? null : fromPercent(share) })}
        />
        <MarkedOptional
          at={`${at}.priority`}
          label={words.rulePriority}
          empty={words.asElsewhere}
          min={-1000}
          max={1000}
          value={rule.priority}
          onChange={(priority) => patch({ priority })}
        />
        <div className={styles.marks}>
          <SelectField
            label={words.ruleQueue}
            value={rule.queue ?? ''}
            options={[
              { value: '', title: words.asElsewhere },
              ...queues.map((name) => ({ value: name, title: name })),
            ]}
            onChange={(queue) => patch({ queue: queue === '' ? null : queue })}
          />
          <MarkLines at={`${at}.queue`} />
        </div>
      </div>
    </>
  );
}
