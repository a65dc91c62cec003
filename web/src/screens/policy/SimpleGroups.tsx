import type { Policy } from '../../api/lead/quality';
import { SelectField } from '../../ui/Field';
import { CheckField } from '../../ui/NumberField';
import { OptionCards } from '../../ui/OptionCards';
import { Group } from './Group';
import { MarkedNumber, MarkedOptional } from './Marked';
import { MarkLines } from './MarkLines';
import styles from './Policy.module.css';
import type { Settings } from './settings';
import { words } from './words';

const MINUTE = 60;
const ORDERS = Object.keys(words.orderTitles) as Policy['order'][];
const DESTINATIONS = Object.keys(words.destinations) as (keyof typeof words.destinations)[];

export function OrderGroup({ policy, set }: Settings) {
  return (
    <Group id="order" about="order">
      <OptionCards
        label={words.order}
        labelHidden
        value={policy.order}
        onChange={(order) => set({ order })}
        options={ORDERS.map((value) => ({
          value,
          title: words.orderTitles[value],
          text: words.orderTexts[value],
        }))}
      />
    </Group>
  );
}

export function LeasesGroup({ policy, set }: Settings) {
  return (
    <Group id="leases">
      <div className={styles.pair}>
        <MarkedNumber
          at="lease_seconds"
          label={words.lease}
          unit={words.minutes}
          value={policy.lease_seconds / MINUTE}
          min={0.5}
          max={10_080}
          step={0.5}
          onChange={(minutes) => set({ lease_seconds: Math.round(minutes * MINUTE) })}
        />
        <MarkedNumber
          at="undo_seconds"
          label={words.undo}
          hint={words.undoHint}
          unit={words.minutes}
          value={policy.undo_seconds / MINUTE}
          min={0}
          max={1440}
          step={0.5}
          onChange={(minutes) => set({ undo_seconds: Math.round(minutes * MINUTE) })}
        />
      </div>
    </Group>
  );
}

export function SkipsGroup({ policy, set }: Settings) {
  return (
    <Group id="skips" about="skips">
      <div className={styles.pair}>
        {Object.entries(words.reasons).map(([reason, title]) => (
          <SelectField
            key={reason}
            label={title}
            value={policy.skips[reason] ?? 'others'}
            options={DESTINATIONS.map((value) => ({ value, title: words.destinations[value] }))}
            onChange={(chosen) => {
              const to = DESTINATIONS.find((one) => one === chosen) ?? 'others';
              set({ skips: { ...policy.skips, [reason]: to } });
            }}
          />
        ))}
      </div>
    </Group>
  );
}

export function CapsGroup({ policy, set }: Settings) {
  const shared = { min: 1, empty: words.noLimit, unit: words.annotationsUnit };
  return (
    <Group id="caps">
      <div className={styles.pair}>
        <MarkedOptional
          {...shared}
          at="most_per_person_per_day"
          label={words.capDay}
          hint={words.capDayHint}
          max={1e6}
          value={policy.most_per_person_per_day}
          onChange={(most_per_person_per_day) => set({ most_per_person_per_day })}
        />
        <MarkedOptional
          {...shared}
          at="most_per_person"
          label={words.capPerson}
          max={1e9}
          value={policy.most_per_person}
          onChange={(most_per_person) => set({ most_per_person })}
        />
        <MarkedOptional
          {...shared}
          at="most_in_project"
          label={words.capProject}
          max={1e12}
          value={policy.most_in_project}
          onChange={(most_in_project) => set({ most_in_project })}
        />
      </div>
    </Group>
  );
}

export function SessionsGroup({ policy, set }: Settings) {
  const on = policy.session_minutes !== null;
  return (
    <Group id="sessions">
      <div className={styles.pair}>
        <MarkedOptional
          at="session_minutes"
          label={words.session}
          unit={words.minutes}
          empty={words.noBreaks}
          min={5}
          max={1440}
          value={policy.session_minutes}
          onChange={(session_minutes) => set({ session_minutes })}
        />
        <MarkedNumber
          at="break_minutes"
          label={words.breakLength}
          unit={words.minutes}
          min={1}
          max={240}
          disabled={!on}
          value={policy.break_minutes}
          onChange={(break_minutes) => set({ break_minutes })}
        />
      </div>
      <CheckField
        label={words.breakRequired}
        hint={words.breakRequiredHint}
        checked={policy.break_required}
        disabled={!on}
        onChange={(break_required) => set({ break_required })}
      />
    </Group>
  );
}

export function BackupGroup({ policy, set }: Settings) {
  return (
    <Group id="backup">
      <CheckField
        label={words.backupCalled}
        hint={words.backupCalledHint}
        checked={policy.backup_called}
        onChange={(backup_called) => set({ backup_called })}
      />
      <MarkLines at="backup_called" />
    </Group>
  );
}

export function QualityGroup({ policy, set }: Settings) {
  return (
    <Group id="quality">
      <div className={styles.pair}>
        <MarkedNumber
          at="agreement_target"
          label={words.target}
          hint={words.targetHint}
          min={0}
          max={1}
          step={0.01}
          value={policy.agreement_target}
          onChange={(agreement_target) => set({ agreement_target })}
        />
        <MarkedNumber
          at="agreement_warning"
          label={words.warning}
          hint={words.warningHint}
          min={0}
          max={1}
          step={0.01}
          value={policy.agreement_warning}
          onChange={(agreement_warning) => set({ agreement_warning })}
        />
      </div>
      <CheckField
        label={words.ask}
        hint={words.askHint}
        checked={policy.ask_confidence}
        onChange={(ask_confidence) => set({ ask_confidence })}
      />
    </Group>
  );
}

export function PriceGroup({ policy, set }: Settings) {
  return (
    <Group id="price">
      <MarkedOptional
        at="price_per_annotation"
        label={words.price}
        hint={words.priceHint}
        empty={words.noPrice}
        min={0}
        max={1e6}
        step="any"
        value={policy.price_per_annotation}
        onChange={(price_per_annotation) => set({ price_per_annotation })}
      />
    </Group>
  );
}
