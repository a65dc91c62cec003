import type { Control, Progress } from '../../api/types';
import type { LoadedTypes } from '../../labels/registry';
import type { Owner } from '../../shell/outbox/entry';
import type { Outbox } from '../../shell/outbox/outbox';
import type { ActiveClock } from './active_clock';
import type { Missing } from './answers';
import type { Answer, DraftBook } from './draft_book';
import type { Past, PastBook } from './past';
import type { QueueState, TaskQueue } from './task_queue';

/** What is on the screen: a new task, or an earlier one that was brought back. */
export interface Shown {
  id: string;
  data: Record<string, unknown>;
  /** The submission being corrected; null for a new task. */
  past: Past | null;
}

export interface WorkbenchView extends Pick<QueueState, 'empty' | 'problem'> {
  shown: Shown | null;
  answer: Answer;
  missing: Missing | null;
  progress: Progress;
  /** The last thing worth a sentence. */
  said: string | null;
  paused: boolean;
}

export interface WorkbenchParts {
  projectId: string;
  undoSeconds: number;
  controls: readonly Control[];
  types: LoadedTypes;
  progress: Progress;
  owner: Owner;
  queue: TaskQueue;
  drafts: DraftBook;
  past: PastBook;
  outbox: Outbox;
  clock: ActiveClock;
  nowMs: () => number;
}
