import { asProblem, type Problem } from '../../api/problem';
import type { Assignment, NextAnswer } from '../../api/types';
import { backoffSeconds } from '../../shell/outbox/backoff';
import type { Draft } from '../../shell/outbox/entry';
import { Cell } from '../../ui/cell';

/** An assignment in hand, with the draft that was kept for it. */
export interface Held {
  assignment: Assignment;
  draft: Draft | null;
  /** When the server may give the slot to somebody else. */
  until_ms: number;
}

export interface QueueState {
  current: Held | null;
  /** Ready to be shown without asking anybody. */
  ahead: readonly Held[];
  /** Why there is nothing more, in the server's words. */
  empty: { code: string; message: string } | null;
  /** The project asks for a break after so long a time of work. */
  breakDue: boolean;
  /** What keeps tasks from coming; tried again by itself when it may pass. */
  problem: Problem | null;
}

export interface QueueWorld {
  next: (count: number, leaveOut: string[]) => Promise<NextAnswer>;
  draft: (assignmentId: string) => Promise<Draft | null>;
  nowMs: () => number;
  /** Calls back after the seconds given; returns the way to stop it. */
  later: (seconds: number, work: () => void) => () => void;
  random: () => number;
}

const LOOK_AGAIN_SECONDS = 30;
const LEAVE_OUT_MAX = 50;

/**
 * The tasks in hand: one shown, the next ones already here. The server gives open assignments
 * first, so asking again never uses up a task; what was answered here is left out.
 */
export class TaskQueue {
  readonly state = new Cell<QueueState>({
    current: null,
    ahead: [],
    empty: null,
    breakDue: false,
    problem: null,
  });
  private readonly world: QueueWorld;
  /** Answered here, in order; the server may not know of the last ones yet. */
  private readonly answered = new Set<string>();
  private hold: number;
  private asking = false;
  private askAgain = false;
  private tries = 0;
  private stopped = false;
  private stopTimer: (() => void) | null = null;
  onAnswer: (answer: NextAnswer) => void = () => undefined;

  constructor(world: QueueWorld, hold: number, answered: Iterable<string> = []) {
    this.world = world;
    this.hold = hold;
    for (const id of answered) this.answered.add(id);
  }

  /** Holds so many at once from now on, and asks for what is missing. */
  setHold(hold: number): void {
    this.hold = Math.max(1, hold);
    this.fill();
  }

  /** Asks for tasks until enough are in hand. */
  fill(): void {
    if (this.asking) {
      this.askAgain = true;
      return;
    }
    this.stopTimer?.();
    this.stopTimer = null;
    void this.ask();
  }

  /** The current task was answered or skipped: the next one is shown at once. */
  advance(): void {
    const { current, ahead } = this.state.get();
    if (current) this.answered.add(current.assignment.id);
    const now = this.world.nowMs();
    const fresh = ahead.filter((held) => held.until_ms > now);
    this.show({ current: fresh[0] ?? null, ahead: fresh.slice(1) });
    this.fill();
  }

  /** Answered somewhere else. True when it was the one on the screen. */
  drop(assignmentId: string): boolean {
    if (this.answered.has(assignmentId)) return false;
    const { current, ahead } = this.state.get();
    this.answered.add(assignmentId);
    if (current?.assignment.id === assignmentId) {
      this.advance();
      return true;
    }
    this.show({ ahead: ahead.filter((held) => held.assignment.id !== assignmentId) });
    return false;
  }

  /** The answer was given up: the task may come again. */
  allow(assignmentId: string): void {
    this.answered.delete(assignmentId);
    this.fill();
  }

  stop(): void {
    this.stopped = true;
    this.stopTimer?.();
  }

  private async ask(): Promise<void> {
    this.asking = true;
    await this.askOnce();
    this.asking = false;
    if (this.askAgain && !this.stopped) this.fill();
  }

  private async askOnce(): Promise<void> {
    this.askAgain = false;
    try {
      const leaveOut = [...this.answered].slice(-LEAVE_OUT_MAX);
      const answer = await this.world.next(this.hold, leaveOut);
      await this.take(answer);
      this.tries = 0;
      this.onAnswer(answer);
      if (answer.empty && !this.state.get().current) this.askIn(LOOK_AGAIN_SECONDS);
    } catch (error) {
      this.failed(asProblem(error));
    }
  }

  /** The server's list is the truth about what is ahead; what is on the screen stays there. */
  private async take(answer: NextAnswer): Promise<void> {
    const known = new Map(this.state.get().ahead.map((held) => [held.assignment.id, held]));
    const now = this.world.nowMs();
    const offered = await Promise.all(
      answer.assignments.map(async (assignment) => ({
        assignment,
        until_ms: now + assignment.lease_seconds * 1000,
        draft: known.get(assignment.id)?.draft ?? (await this.world.draft(assignment.id)),
      })),
    );
    const before = this.state.get().current;
    const open = offered.filter(
      ({ assignment }) =>
        !this.answered.has(assignment.id) && assignment.id !== before?.assignment.id,
    );
    const current = before ?? open.shift() ?? null;
    this.show({
      current,
      ahead: open,
      empty: current ? null : answer.empty,
      breakDue: answer.break_due,
      problem: null,
    });
  }

  private failed(problem: Problem): void {
    this.show({ problem });
    if (!problem.passes) return;
    this.tries += 1;
    this.askIn(backoffSeconds(this.tries, problem.retryAfterSeconds, this.world.random));
  }

  private askIn(seconds: number): void {
    this.stopTimer?.();
    if (!this.stopped) this.stopTimer = this.world.later(seconds, () => this.fill());
  }

  private show(part: Partial<QueueState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}
