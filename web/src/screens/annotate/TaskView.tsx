import { memo, useMemo, type ReactNode } from 'react';
import type { Control, Workbench as WorkbenchData } from '../../api/types';
import type { KeyedSlot } from '../../labels/key_slots';
import { Outline, splitOutline } from '../../labels/outline';
import type { LoadedTypes } from '../../labels/registry';
import type { Missing } from './answers';
import { Confidence } from './Confidence';
import type { Answer } from './draft_book';
import styles from './TaskView.module.css';
import { words } from './words';
import type { Workbench } from './workbench';
import type { Shown } from './workbench_view';

interface Props {
  shown: Shown;
  answer: Answer;
  missing: Missing | null;
  workbench: Workbench;
  data: WorkbenchData;
  types: LoadedTypes;
  slots: readonly KeyedSlot[];
}

/** The task and its controls. Memoized: a tick of the sync state must not draw it again. */
export const TaskView = memo(function TaskView(props: Props) {
  const { shown, answer, missing, workbench, data, types, slots } = props;
  const { controls: list, outline } = data.label_config;
  const controls = useMemo(() => new Map(list.map((control) => [control.name, control])), [list]);
  const { stage, dock } = useMemo(() => splitOutline(outline, controls), [outline, controls]);
  const keyOf = (control: Control) => (slotId: string) =>
    slots.find((slot) => slot.control === control && slot.slotId === slotId)?.key ?? null;

  const renderControl = (control: Control): ReactNode => {
    const type = types.get(control.type);
    if (!type) return <p className={styles.unknown}>{words.unknownType(control.type)}</p>;
    const isMissing = missing?.control === control.name;
    const missingId = isMissing ? `missing-${control.name}` : null;
    return (
      <>
        <type.Editor
          control={control}
          items={answer.items.filter((item) => item.from_name === control.name)}
          onChange={(items) => workbench.change(control.name, items)}
          keyOf={keyOf(control)}
          missingId={missingId}
        />
        {isMissing && (
          <p id={`missing-${control.name}`} className={styles.missing}>
            {missing.sentence}
          </p>
        )}
      </>
    );
  };

  const drawn = { data: shown.data, controls, renderControl };
  return (
    <>
      <div className={styles.upper}>
        {/* Keyed, so that a new text starts at its top. */}
        <section key={shown.id} className={styles.stage} aria-label={words.task} tabIndex={0}>
          <div className={styles.column}>
            <Outline nodes={stage} {...drawn} />
          </div>
        </section>
      </div>
      <section className={styles.dock} aria-label={words.answer}>
        <div className={styles.column}>
          <Outline nodes={dock} {...drawn} />
          {data.settings.ask_confidence && (
            <Confidence
              value={answer.confidence}
              onChange={(value) => workbench.setConfidence(value)}
            />
          )}
        </div>
      </section>
    </>
  );
});
