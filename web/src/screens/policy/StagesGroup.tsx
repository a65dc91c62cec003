import type { Stage } from '../../api/lead/policy';
import type { Policy } from '../../api/lead/quality';
import { Button } from '../../ui/Button';
import { SelectField, TextField } from '../../ui/Field';
import { offerUndo } from '../../ui/Undo';
import { addStage, ANY, removeStage, renameStage, replaced, without } from './edit';
import { EntryHead } from './EntryHead';
import { Group } from './Group';
import { MarkedOptional } from './Marked';
import { useWrong } from './marks';
import { MarkLines } from './MarkLines';
import styles from './Policy.module.css';
import { stageSentence } from './sentences';
import type { KnownWords, Settings } from './settings';
import { StageFlow } from './StageFlow';
import { StepFields } from './StepFields';
import { words } from './words';

const MOST = 10;

/** Rounds that a task goes through; the way of a task is said as a list, and set stage by stage. */
export function StagesGroup({ policy, set, known }: Settings & { known: KnownWords }) {
  const { stages } = policy;
  const remove = (place: number) => {
    const name = words.stage(stages[place]?.name ?? '');
    set(removeStage(policy, place));
    offerUndo(words.removed(name), () => set({ stages }));
  };
  return (
    <Group id="stages" about="stages">
      {stages.length === 0 ? (
        <p className={styles.quiet}>{words.stageNone}</p>
      ) : (
        <StageFlow stages={stages} />
      )}
      <ol className={styles.list} hidden={stages.length === 0}>
        {stages.map((stage, place) => (
          <li key={place} className={styles.entry}>
            <EntryHead
              name={words.stage(stage.name)}
              title={`${place + 1}. ${stageSentence(stage)}`}
              onRemove={() => remove(place)}
            />
            <StageFields
              place={place}
              policy={policy}
              known={known}
              onRename={(name) => set(renameStage(policy, place, name))}
              onChange={(next) => set({ stages: replaced(stages, place, next) })}
            />
          </li>
        ))}
      </ol>
      <div>
        <Button
          icon="add"
          disabled={stages.length >= MOST}
          onClick={() => set(stages.length === 0 ? addStage(addStage(policy)) : addStage(policy))}
        >
          {stages.length === 0 ? words.stageFirstAdd : words.stageAdd}
        </Button>
      </div>
    </Group>
  );
}

interface FieldsProps {
  place: number;
  policy: Policy;
  known: KnownWords;
  onRename: (name: string) => void;
  onChange: (stage: Stage) => void;
}

function StageFields({ place, policy, known, onRename, onChange }: FieldsProps) {
  const at = `stages[${place}]`;
  const stage = policy.stages[place];
  const wrongName = useWrong(`${at}.name`);
  const wrongQueue = useWrong(`${at}.queue`);
  if (!stage) return null;
  const others = policy.stages.filter((one) => one !== stage).map(({ name }) => name);
  const setSteps = (next: Stage['next']) => onChange({ ...stage, next });
  return (
    <>
      <MarkLines at={at} exact />
      <MarkLines at={`${at}.next`} exact />
      <div className={styles.pair}>
        <TextField
          label={words.stageName}
          maxLength={60}
          autoComplete="off"
          error={wrongName}
          value={stage.name}
          onChange={onRename}
        />
        <SelectField
          label={words.stageQueue}
          error={wrongQueue}
          value={stage.queue}
          options={[
            { value: '', title: words.open },
            ...policy.queues.map(({ name }) => ({ value: name, title: name })),
          ]}
          onChange={(queue) => onChange({ ...stage, queue })}
        />
        {place === 0 ? (
          <p className={styles.quiet}>{words.stageFirst}</p>
        ) : (
          <MarkedOptional
            at={`${at}.annotations`}
            label={words.stageAnnotations}
            min={1}
            max={20}
            value={stage.annotations}
            onChange={(annotations) => onChange({ ...stage, annotations })}
          />
        )}
      </div>
      <Steps at={at} stage={stage} others={others} labels={known.labels} onChange={setSteps} />
    </>
  );
}

interface StepsProps {
  at: string;
  stage: Stage;
  /** The other stages, by name. */
  others: readonly string[];
  labels: readonly string[];
  onChange: (next: Stage['next']) => void;
}

function Steps({ at, stage, others, labels, onChange }: StepsProps) {
  const last = others.at(-1);
  return (
    <>
      <ol className={styles.list} hidden={stage.next.length === 0}>
        {stage.next.map((step, number) => (
          <li key={number} className={styles.entry}>
            <StepFields
              at={`${at}.next[${number}]`}
              name={`${words.stage(stage.name)}, ${words.step(number)}`}
              step={step}
              stages={others}
              labels={labels}
              onChange={(next) => onChange(replaced(stage.next, number, next))}
              onRemove={() => onChange(without(stage.next, number))}
            />
          </li>
        ))}
      </ol>
      {last !== undefined && (
        <div>
          <Button
            look="quiet"
            icon="add"
            onClick={() => onChange([...stage.next, { to: last, when: ANY }])}
          >
            {words.stepAdd}
          </Button>
        </div>
      )}
    </>
  );
}
