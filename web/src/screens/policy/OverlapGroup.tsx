import type { Policy } from '../../api/lead/quality';
import { CheckField } from '../../ui/NumberField';
import { fromPercent, MarkedNumber, toPercent } from './Marked';
import { Group } from './Group';
import { MarkLines } from './MarkLines';
import { policySentence, policyWarning } from './overlap_words';
import styles from './Policy.module.css';
import type { Settings } from './settings';
import { Notice } from '../../ui/State';
import { words } from './words';

const FIRST_MOST = 2;

/** How many people answer a task: a number, a share, everybody, or until it is sure. */
export function OverlapGroup({ policy, set }: Settings) {
  const each = policy.annotations_per_task;
  const adaptive = policy.adaptive;
  const warning = policy.full_coverage ? null : policyWarning(policy);
  return (
    <Group id="overlap">
      {!policy.full_coverage && (
        <>
          <div className={styles.pair}>
            <MarkedNumber
              at="annotations_per_task"
              label={words.annotationsPerTask}
              value={each}
              min={1}
              max={100}
              onChange={(annotations_per_task) => set({ annotations_per_task })}
            />
            <MarkedNumber
              at="overlap_share"
              label={words.overlapShare}
              unit="%"
              value={toPercent(policy.overlap_share)}
              min={0}
              max={100}
              step={0.1}
              disabled={each === 1}
              onChange={(share) => set({ overlap_share: fromPercent(share) })}
            />
          </div>
          <p className={styles.sentence}>{policySentence(policy)}</p>
        </>
      )}
      {warning && (
        <Notice tone="warn" icon="warn">
          {warning}
        </Notice>
      )}
      <CheckField
        label={words.fullCoverage}
        hint={words.fullCoverageHint}
        checked={policy.full_coverage}
        onChange={(full_coverage) =>
          set({ full_coverage, ...(full_coverage && { adaptive: null }) })
        }
      />
      {policy.full_coverage && <MarkLines at="annotations_per_task" />}
      <CheckField
        label={words.adaptive}
        hint={words.adaptiveHint}
        checked={adaptive !== null}
        disabled={policy.full_coverage}
        onChange={(on) =>
          set({
            adaptive: on
              ? { confidence: 0.95, most: Math.min(each + FIRST_MOST, 100), audit_share: 0.1 }
              : null,
          })
        }
      />
      <MarkLines at="adaptive" exact />
      {adaptive && (
        <AdaptiveFields adaptive={adaptive} onChange={(next) => set({ adaptive: next })} />
      )}
    </Group>
  );
}

type Adaptive = NonNullable<Policy['adaptive']>;

interface AdaptiveProps {
  adaptive: Adaptive;
  onChange: (adaptive: Adaptive) => void;
}

const AdaptiveFields = ({ adaptive, onChange }: AdaptiveProps) => (
  <div className={styles.pair}>
    <MarkedNumber
      at="adaptive.confidence"
      label={words.confidence}
      unit="%"
      value={toPercent(adaptive.confidence)}
      min={50.1}
      max={99.9}
      step={0.1}
      onChange={(confidence) => onChange({ ...adaptive, confidence: fromPercent(confidence) })}
    />
    <MarkedNumber
      at="adaptive.most"
      label={words.most}
      unit={words.annotationsUnit}
      value={adaptive.most}
      min={2}
      max={100}
      onChange={(most) => onChange({ ...adaptive, most })}
    />
    <MarkedNumber
      at="adaptive.audit_share"
      label={words.auditShare}
      hint={words.auditShareHint}
      unit="%"
      value={toPercent(adaptive.audit_share)}
      min={0}
      max={100}
      step={1}
      onChange={(share) => onChange({ ...adaptive, audit_share: fromPercent(share) })}
    />
  </div>
);
