import { useEffect, useState } from 'react';
import { announce } from '../../ui/announcer';
import { useCell } from '../../ui/cell';
import { useKeys } from '../../ui/keys';
import { useMedia } from '../../ui/media';
import { ActionBar } from './ActionBar';
import { chosenLabels } from './answers';
import { FlagDialog } from './FlagDialog';
import type { GuidelineProps } from './Guideline';
import { GuidelineAside, GuidelineSheet } from './GuidelinePlace';
import type { Opened } from './open_workbench';
import { labelKeys, pageKeys, useSlots, type Panel } from './page_keys';
import { Nothing } from './Nothing';
import { SkipDialog } from './SkipDialog';
import { Strip } from './Strip';
import { TaskView } from './TaskView';
import { TopLine } from './TopLine';
import { useGuidelinePin } from './use_guideline_pin';
import styles from './WorkbenchPage.module.css';

/** The labeling page: the text in the middle, the controls under it, the guideline beside. */
export function WorkbenchPage({ opened }: { opened: Opened }) {
  const { workbench, data, types } = opened;
  const view = useCell(workbench.view);
  const wide = useMedia('(min-width: 64rem)');
  const [pinned, setPinned] = useGuidelinePin();
  const [panel, setPanel] = useState<Panel>(null);
  const slots = useSlots(data.label_config.controls, types);
  const toggleGuideline = () => (wide ? setPinned(!pinned) : setPanel('guideline'));
  const keys = pageKeys({
    workbench,
    slots,
    open: setPanel,
    toggleGuideline,
    asksConfidence: data.settings.ask_confidence,
  });
  useKeys([...labelKeys(workbench, slots), ...keys.bindings]);
  useSpoken(view.said, view.missing?.sentence ?? null, view.shown?.id ?? null, workbench.firstText);

  const chosen = chosenLabels(data.label_config.controls, types, view.answer.items);
  const guideline = { projectId: data.project.id, ...data.guideline, chosen };
  return (
    <div className={styles.page}>
      <TopLine
        title={data.project.title}
        progress={view.progress}
        workbench={workbench}
        keyNames={keys.names}
        guidelineOpen={wide && pinned}
        onGuideline={toggleGuideline}
      />
      <div className={styles.body}>
        <main
          id="content"
          className={styles.work}
          tabIndex={-1}
          data-paused={view.paused || undefined}
        >
          <Strip view={view} workbench={workbench} queue={opened.queue} notice={data.notice} />
          {view.shown && !view.paused ? (
            <>
              <TaskView
                shown={view.shown}
                answer={view.answer}
                missing={view.missing}
                workbench={workbench}
                data={data}
                types={types}
                slots={slots}
              />
              <ActionBar view={view} workbench={workbench} keyNames={keys.names} open={setPanel} />
            </>
          ) : (
            <Nothing view={view} workbench={workbench} onRetry={() => opened.queue.fill()} />
          )}
        </main>
        {wide && pinned && <GuidelineAside {...guideline} />}
      </div>
      {(view.shown ?? panel === 'guideline') && (
        <Panels panel={panel} setPanel={setPanel} opened={opened} guideline={guideline} />
      )}
    </div>
  );
}

interface PanelsProps {
  panel: Panel;
  setPanel: (panel: Panel) => void;
  opened: Opened;
  guideline: GuidelineProps;
}

/** What opens over the task, one at a time. */
function Panels({ panel, setPanel, opened, guideline }: PanelsProps) {
  const { workbench, data } = opened;
  const onClose = () => setPanel(null);
  switch (panel) {
    case 'guideline':
      return <GuidelineSheet {...guideline} onClose={onClose} />;
    case 'skip':
      return (
        <SkipDialog
          reasons={data.settings.skip_reasons}
          onSkip={(reason, note) => workbench.skip(reason, note)}
          onClose={onClose}
        />
      );
    case 'flag':
      return (
        <FlagDialog
          rules={data.guideline.document.rules}
          onFlag={(note, rule) => workbench.flag(note, rule)}
          onClose={onClose}
        />
      );
    case null:
      return null;
  }
}

/** Reads out the next task and what was said about the last one. */
function useSpoken(
  said: string | null,
  missing: string | null,
  shownId: string | null,
  text: () => string,
) {
  useEffect(() => {
    const words = [missing, said].filter(Boolean).join(' ');
    if (words) announce(words);
  }, [said, missing]);
  useEffect(() => {
    if (shownId !== null) announce(text());
  }, [shownId, text]);
}
