import { RadioRow } from '../../ui/Field';
import { NumberField } from '../../ui/NumberField';
import { Notice } from '../../ui/State';
import styles from './Policy.module.css';
import { policySentence, policyWarning, type BasicPolicy } from './overlap_words';
import { words } from './words';

interface Props {
  value: BasicPolicy;
  onChange: (value: BasicPolicy) => void;
}

/** How often each task is answered, by whom measured, and what that means in numbers. */
export function PolicyBasics({ value, onChange }: Props) {
  const warning = policyWarning(value);
  const each = value.annotations_per_task;
  return (
    <div className={styles.fields}>
      <div className={styles.pair}>
        <NumberField
          label={words.annotationsPerTask}
          value={each}
          min={1}
          max={100}
          onChange={(annotations_per_task) => onChange({ ...value, annotations_per_task })}
        />
        <NumberField
          label={words.overlapShare}
          unit="%"
          value={Math.round(value.overlap_share * 100)}
          min={0}
          max={100}
          disabled={each === 1}
          onChange={(share) => onChange({ ...value, overlap_share: share / 100 })}
        />
      </div>
      <p className={styles.sentence}>{policySentence(value)}</p>
      {warning && (
        <Notice tone="warn" icon="warn">
          {warning}
        </Notice>
      )}
      <RadioRow
        label={words.order}
        value={value.order === 'sequential' ? 'sequential' : 'random'}
        onChange={(order) => onChange({ ...value, order })}
        options={[
          { value: 'random', title: words.orders.random },
          { value: 'sequential', title: words.orders.sequential },
        ]}
      />
    </div>
  );
}
