import { getWorkbench, nextAssignments, recentSubmissions } from '../../api/labeling';
import type { Session, Workbench as WorkbenchData } from '../../api/types';
import { loadLabelTypes, type LoadedTypes } from '../../labels/registry';
import { browserStore } from '../../shell/outbox/browser_store';
import type { Outbox } from '../../shell/outbox/outbox';
import { ActiveClock } from './active_clock';
import { DraftBook } from './draft_book';
import { PastBook } from './past';
import { TaskQueue } from './task_queue';
import { Workbench } from './workbench';

/** A project opened for labeling. */
export interface Opened {
  data: WorkbenchData;
  types: LoadedTypes;
  workbench: Workbench;
  queue: TaskQueue;
  clock: ActiveClock;
}

/** Held until the project says otherwise. */
const FIRST_HOLD = 3;
const RECENT = 20;

const laterInSeconds = (seconds: number, work: () => void) => {
  const timer = setTimeout(work, seconds * 1000);
  return () => clearTimeout(timer);
};

/** Opens a project; the first tasks are asked for at the same time as the project itself. */
export async function openWorkbench(
  projectId: string,
  session: Session,
  outbox: Outbox,
): Promise<Opened> {
  const owner = { person_id: session.person.id, workspace_id: session.workspace.id };
  const data = getWorkbench(projectId);
  data.catch(() => undefined); // Awaited below, where a failure is thrown.
  const [store] = await Promise.all([browserStore(), outbox.refresh()]);
  const drafts = new DraftBook(store, owner);
  const world = {
    next: (count: number, leaveOut: string[]) => nextAssignments(projectId, count, leaveOut),
    draft: (assignmentId: string) => drafts.read(assignmentId),
    nowMs: Date.now,
    later: laterInSeconds,
    random: Math.random,
  };
  const queue = new TaskQueue(world, FIRST_HOLD, answeredIn(outbox, projectId));
  queue.fill();
  const { project, label_config, settings, progress, ...rest } = await data.catch(
    (error: unknown) => {
      queue.stop();
      throw error;
    },
  );
  const types = await loadLabelTypes(label_config.controls.map((control) => control.type));
  const past = new PastBook();
  recentSubmissions(projectId, RECENT).then(
    (recent) => past.addEarlier(recent),
    () => undefined, // Undo then reaches back only to the beginning of this page.
  );
  const clock = new ActiveClock();
  const workbench = new Workbench({
    projectId,
    undoSeconds: settings.undo_seconds,
    controls: label_config.controls,
    types,
    progress,
    owner,
    queue,
    drafts,
    past,
    outbox,
    clock,
    nowMs: Date.now,
  });
  queue.setHold(settings.hold);
  return {
    data: { project, label_config, settings, progress, ...rest },
    types,
    workbench,
    queue,
    clock,
  };
}

/** Tasks whose answer waits in this browser: they are not to be given out again. */
function answeredIn(outbox: Outbox, projectId: string): string[] {
  const { waiting, refused } = outbox.state.get();
  return [...waiting, ...refused]
    .filter((entry) => entry.project_id === projectId && entry.kind !== 'flag')
    .map((entry) => entry.assignment_id);
}
