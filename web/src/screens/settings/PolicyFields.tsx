import type { Policy } from '../../api/lead/quality';
import { CheckField, NumberField } from '../../ui/NumberField';
import styles from './Settings.module.css';
import { words } from './words';

interface Props {
  value: Policy;
  onChange: (value: Policy) => void;
  /** What is wrong with the warning level. */
  warning: string | null;
}

const MINUTE = 60;

/** The rest of the policy, each with what it does. */
export function PolicyFields({ value, onChange, warning }: Props) {
  return (
    <>
      <div className={styles.pair}>
        <NumberField
          label={words.lease}
          hint={words.leaseHint}
          unit={words.minutes}
          value={value.lease_seconds / MINUTE}
          onChange={(minutes) =>
            onChange({ ...value, lease_seconds: Math.round(minutes * MINUTE) })
          }
          min={0.5}
          max={10_080}
          step={0.5}
        />
        <NumberField
          label={words.undo}
          hint={words.undoHint}
          unit={words.minutes}
          value={value.undo_seconds / MINUTE}
          onChange={(minutes) => onChange({ ...value, undo_seconds: Math.round(minutes * MINUTE) })}
          min={0}
          max={1440}
          step={0.5}
        />
        <NumberField
          label={words.target}
          hint={words.targetHint}
          value={value.agreement_target}
          onChange={(agreement_target) => onChange({ ...value, agreement_target })}
          min={0}
          max={1}
          step={0.01}
        />
        <NumberField
          label={words.warning}
          hint={words.warningHint}
          value={value.agreement_warning}
          onChange={(agreement_warning) => onChange({ ...value, agreement_warning })}
          min={0}
          max={1}
          step={0.01}
          error={warning}
        />
      </div>
      <CheckField
        label={words.confidence}
        hint={words.confidenceHint}
        checked={value.ask_confidence}
        onChange={(ask_confidence) => onChange({ ...value, ask_confidence })}
      />
    </>
  );
}
