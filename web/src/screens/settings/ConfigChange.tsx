import type { LabelConfigChange, LabelMapping } from '../../api/lead/label_config';
import { CheckField } from '../../ui/NumberField';
import { count } from '../../ui/format';
import { Notice } from '../../ui/State';
import { changeWords as words } from './change_words';
import styles from './Settings.module.css';

interface Props {
  found: LabelConfigChange;
  busy: boolean;
  onMapping: (mapping: LabelMapping) => void;
}

const ASK_AGAIN = 'ask_again:';
const TAKE_OUT = 'take_out:';
const OPEN = 'open:';

/** The mapping that a dry run used, to be sent again. */
export const mappingOf = ({ mapping }: LabelConfigChange): LabelMapping => ({ ...mapping });

/** Why a change cannot be saved as it stands; null when it can. */
export function refusal({ misfit, unmapped, mapping }: LabelConfigChange): string | null {
  if (misfit !== null) return words.misfit(misfit);
  if (unmapped > 0 && mapping.unmapped === 'refuse') return words.undecided(unmapped);
  return null;
}

/** The dry run: what becomes of each label, how many annotations change, and which have no place. */
export function ConfigChange({ found, busy, onMapping }: Props) {
  const mapping = mappingOf(found);
  const gone = found.before.filter((row) => needsRule(found, row));
  if (found.annotations === 0) return <p className={styles.quiet}>{words.noAnnotations}</p>;
  return (
    <section aria-label={words.title} aria-busy={busy} className={styles.change}>
      <p>{words.summary(found.annotations, found.changed, found.unmapped)}</p>
      {gone.map((row) => (
        <label key={`${row.control} ${row.label}`} className={styles.rule}>
          <span>{words.becomes(row.label, row.count)}</span>
          <select
            value={ruleOf(found, row)}
            disabled={busy}
            onChange={(event) =>
              onMapping({ ...mapping, ...withRule(mapping, row, event.target.value) })
            }
          >
            <option value={OPEN}>{words.open}</option>
            {targets(found, row.control).map((label) => (
              <option key={label} value={label}>
                {label}
              </option>
            ))}
            <option value={ASK_AGAIN}>{words.askAgain}</option>
            <option value={TAKE_OUT}>{words.takeOut}</option>
          </select>
        </label>
      ))}
      {found.unmapped > 0 && (
        <>
          <ul className={styles.reasons}>
            {found.reasons.map(({ reason, count: n }) => (
              <li key={reason}>{words.reason(reason, n)}</li>
            ))}
          </ul>
          <CheckField
            label={words.askThem(found.tasks_again)}
            hint={words.askThemHint}
            checked={mapping.unmapped === 'ask_again'}
            onChange={(again) =>
              onMapping({ ...mapping, unmapped: again ? 'ask_again' : 'refuse' })
            }
          />
        </>
      )}
      {found.open_leases > 0 && <Notice>{words.openLeases(found.open_leases)}</Notice>}
      <div className={styles.counts}>
        <Counts title={words.before} rows={found.before} />
        <Counts title={words.after} rows={found.after} />
      </div>
    </section>
  );
}

type Row = LabelConfigChange['before'][number];

const nameAfter = ({ mapping }: LabelConfigChange, control: string): string | null =>
  control in mapping.controls ? (mapping.controls[control] ?? null) : control;

/** The labels that a control has after the change; none when it is gone. */
const targets = (found: LabelConfigChange, control: string): string[] =>
  found.after.filter((row) => row.control === nameAfter(found, control)).map(({ label }) => label);

const needsRule = (found: LabelConfigChange, row: Row): boolean =>
  row.count > 0 &&
  targets(found, row.control).length > 0 &&
  !targets(found, row.control).includes(row.label);

function ruleOf({ mapping }: LabelConfigChange, { control, label }: Row): string {
  const rules = mapping.labels[control] ?? {};
  if (!(label in rules)) return OPEN;
  const rule: unknown = rules[label];
  if (rule === null) return TAKE_OUT;
  return typeof rule === 'string' ? rule : ASK_AGAIN;
}

function withRule(mapping: LabelMapping, { control, label }: Row, chosen: string): LabelMapping {
  const { [label]: _before, ...others } = mapping.labels?.[control] ?? {};
  const rules: NonNullable<LabelMapping['labels']>[string] = { ...others };
  if (chosen === ASK_AGAIN) rules[label] = { ask_again: true };
  else if (chosen === TAKE_OUT) rules[label] = null;
  else if (chosen !== OPEN) rules[label] = chosen;
  return { ...mapping, labels: { ...mapping.labels, [control]: rules } };
}

const Counts = ({ title, rows }: { title: string; rows: readonly Row[] }) => (
  <table>
    <caption>{title}</caption>
    <thead>
      <tr>
        <th scope="col">{words.label}</th>
        <th scope="col">{words.count}</th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={`${row.control} ${row.label}`}>
          <th scope="row" dir="auto">
            {row.label}
          </th>
          <td>{count(row.count)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
