import type { Condition, Step } from '../../api/lead/policy';
import { ChipsField } from '../../ui/ChipsField';
import { SelectField } from '../../ui/Field';
import { EntryHead } from './EntryHead';
import { fromPercent, MarkedNumber, MarkedOptional, toPercent } from './Marked';
import { useWrong } from './marks';
import { MarkLines } from './MarkLines';
import styles from './Policy.module.css';
import { conditionSentence } from './sentences';
import { words } from './words';

interface Props {
  at: string;
  name: string;
  step: Step;
  /** The other stages, by name. */
  stages: readonly string[];
  labels: readonly string[];
  onChange: (step: Step) => void;
  onRemove: () => void;
}

/** Where a task goes, and under which condition. */
export function StepFields({ at, name, step, stages, labels, onChange, onRemove }: Props) {
  const { when } = step;
  const patch = (part: Partial<Condition>) => onChange({ ...step, when: { ...when, ...part } });
  const wrongLabel = useWrong(`${at}.when.label`);
  const wrongTo = useWrong(`${at}.to`);
  return (
    <>
      <EntryHead
        name={name}
        title={`${conditionSentence(when)} → ${step.to}`}
        onRemove={onRemove}
      />
      <MarkLines at={at} exact />
      <div className={styles.pair}>
        <SelectField
          label={words.stepTo}
          error={wrongTo}
          value={step.to}
          options={[...new Set([...stages, step.to])].map((stage) => ({
            value: stage,
            title: stage,
          }))}
          onChange={(to) => onChange({ ...step, to })}
        />
        <MarkedNumber
          at={`${at}.when.share`}
          label={words.stepShare}
          unit="%"
          min={0.1}
          max={100}
          step={0.1}
          value={toPercent(when.share)}
          onChange={(share) => patch({ share: fromPercent(share) })}
        />
        <div className={styles.marks}>
          <ChipsField
            label={words.stepLabels}
            hint={words.stepLabelsHint}
            error={wrongLabel}
            values={when.label}
            known={labels}
            maxLength={500}
            removeTitle={words.removeValue}
            onChange={(label) => patch({ label })}
          />
          <MarkLines at={`${at}.when.label`} warnings />
        </div>
        <Below at={`${at}.when`} when={when} onChange={patch} />
      </div>
    </>
  );
}

interface BelowProps {
  at: string;
  when: Condition;
  onChange: (part: Partial<Condition>) => void;
}

const Below = ({ at, when, onChange }: BelowProps) => (
  <>
    <MarkedOptional
      at={`${at}.agreement_below`}
      label={words.stepAgreement}
      empty={words.any}
      min={0.01}
      max={1}
      step="any"
      value={when.agreement_below}
      onChange={(agreement_below) => onChange({ agreement_below })}
    />
    <MarkedOptional
      at={`${at}.confidence_below`}
      label={words.stepConfidence}
      empty={words.any}
      min={0.01}
      max={1}
      step="any"
      value={when.confidence_below}
      onChange={(confidence_below) => onChange({ confidence_below })}
    />
  </>
);
