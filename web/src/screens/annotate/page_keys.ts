import { useMemo } from 'react';
import type { Control } from '../../api/types';
import { allotKeys, freeKey, type KeyedSlot } from '../../labels/key_slots';
import type { LoadedTypes } from '../../labels/registry';
import type { KeyBinding } from '../../ui/keys';
import type { Workbench } from './workbench';
import { words } from './words';

export type Panel = 'guideline' | 'skip' | 'flag' | null;

/** Keys of the page that no label config can take; the server refuses them too. */
const RESERVED = new Set(['enter', 'escape', 'backspace', 'tab', ' ', '?', 'g']);

/** The keys now on the page's own buttons; null when a label config uses all that were wished for. */
export interface KeyNames {
  skip: string | null;
  flag: string | null;
  pause: string | null;
  less: string | null;
  more: string | null;
}

export function useSlots(controls: readonly Control[], types: LoadedTypes): KeyedSlot[] {
  return useMemo(() => allotKeys(controls, types, RESERVED), [controls, types]);
}

export function labelKeys(workbench: Workbench, slots: readonly KeyedSlot[]): KeyBinding[] {
  return slots.flatMap((slot) => {
    if (slot.key === null) return [];
    return {
      id: `label.${slot.control.name}.${slot.slotId}`,
      keys: [slot.key],
      title: slot.title,
      group: words.groupLabels,
      run: () => workbench.press(slot.control, slot.slotId),
      ...(slot.remark && { remark: slot.remark }),
    };
  });
}

const STEP = 0.1;

function changeConfidence(workbench: Workbench, step: number): void {
  const { confidence } = workbench.view.get().answer;
  const next = confidence === null ? 0.5 : Math.min(1, Math.max(0, confidence + step));
  workbench.setConfidence(Math.round(next * 10) / 10);
}

interface Parts {
  workbench: Workbench;
  slots: readonly KeyedSlot[];
  open: (panel: Panel) => void;
  toggleGuideline: () => void;
  asksConfidence: boolean;
}

type Row = [id: string, keys: (string | null)[], title: string, group: string, run: () => void];

/** The page's own keys. Where a label config uses one of them, the page's action moves to another. */
export function pageKeys({ workbench, slots, open, toggleGuideline, asksConfidence }: Parts) {
  const names: KeyNames = {
    skip: freeKey(['s', 'x', 'z'], slots),
    flag: freeKey(['f', 'u', 'v'], slots),
    pause: freeKey(['p', 'b', 'n'], slots),
    less: freeKey(['-'], slots),
    more: freeKey(['+'], slots),
  };
  const ifTask = (run: () => void) => () => {
    const { shown, paused } = workbench.view.get();
    if (shown && !paused) run();
  };
  const ifNew = (run: () => void) =>
    ifTask(() => {
      if (!workbench.view.get().shown?.past) run();
    });
  const { groupTask, groupPage } = words;
  const moreKeys = names.more ? [names.more, '='] : [];
  const enter = () => (workbench.view.get().paused ? workbench.pause(false) : workbench.submit());
  const rows: Row[] = [
    ['submit', ['enter'], words.submit, groupTask, enter],
    ['undo', ['backspace'], words.undo, groupTask, () => workbench.undo()],
    ['leave', ['escape'], words.leaveUndo, groupTask, () => workbench.leavePast()],
    ['skip', [names.skip], words.skip, groupTask, ifNew(() => open('skip'))],
    ['flag', [names.flag], words.flag, groupTask, ifTask(() => open('flag'))],
    ['guideline', ['g'], words.guideline, groupPage, toggleGuideline],
    [
      'pause',
      [names.pause],
      words.pause,
      groupPage,
      () => workbench.pause(!workbench.view.get().paused),
    ],
  ];
  if (asksConfidence) {
    rows.push(
      ['less', [names.less], words.lessSure, groupTask, () => changeConfidence(workbench, -STEP)],
      ['more', moreKeys, words.moreSure, groupTask, () => changeConfidence(workbench, STEP)],
    );
  }
  const bindings = rows.flatMap(([id, keys, title, group, run]): KeyBinding[] => {
    const real = keys.filter((key) => key !== null);
    return real.length > 0 ? [{ id: `page.${id}`, keys: real, title, group, run }] : [];
  });
  return { names, bindings };
}
