import type { Control, NextAnswer, ResultItem } from '../../api/types';
import type { Delivery, Entry } from '../../shell/outbox/entry';
import { randomUuid } from '../../shell/uuid';
import { Cell } from '../../ui/cell';
import { firstMissing, sameAnswer, textOf, withItems } from './answers';
import { NO_ANSWER, type Answer } from './draft_book';
import { flagEntry, skipEntry, submitEntry, unsentIn } from './entries';
import type { Past } from './past';
import { words } from './words';
import type { Shown, WorkbenchParts, WorkbenchView } from './workbench_view';

/** Everything the labeling page does, without React: what is shown, and what each key does to it. */
export class Workbench {
  readonly view: Cell<WorkbenchView>;
  private readonly parts: WorkbenchParts;
  /** Answers and active seconds of what was on the screen, each under its assignment. */
  private readonly answers = new Map<string, Answer>();
  private readonly seconds = new Map<string, number>();
  /** Keys of the entries made here; all others came from other tabs. */
  private readonly mine = new Set<string>();
  private readonly stops: (() => void)[];
  private refusedBefore = 0;

  constructor(parts: WorkbenchParts) {
    this.parts = parts;
    const { queue, outbox } = parts;
    this.view = new Cell<WorkbenchView>({
      shown: null,
      answer: NO_ANSWER,
      missing: null,
      empty: null,
      problem: null,
      progress: parts.progress,
      said: null,
      paused: false,
    });
    queue.onAnswer = (answer) => this.takeProgress(answer);
    this.stops = [
      queue.state.subscribe(() => this.render()),
      outbox.onDelivered((delivery) => this.delivered(delivery)),
      outbox.state.subscribe(() => this.watchOutbox()),
    ];
    this.render();
  }

  change(control: string, items: ResultItem[]): void {
    const { answer } = this.view.get();
    this.setAnswer({
      ...answer,
      items: withItems(this.parts.controls, answer.items, control, items),
    });
  }

  press(control: Control, slotId: string): void {
    const type = this.parts.types.get(control.type);
    const items = this.itemsOf(control.name);
    if (type && this.view.get().shown)
      this.change(control.name, type.press(control, items, slotId));
  }

  itemsOf(control: string): ResultItem[] {
    return this.view.get().answer.items.filter((item) => item.from_name === control);
  }

  /** The text on the screen, to be read out. */
  readonly firstText = (): string => textOf(this.view.get().shown?.data ?? {});

  setConfidence(confidence: number | null): void {
    this.setAnswer({ ...this.view.get().answer, confidence });
  }

  submit(): void {
    const { shown, answer, paused } = this.view.get();
    if (!shown || paused) return;
    const missing = firstMissing(this.parts.controls, this.parts.types, answer.items);
    if (missing) {
      this.show({ missing, said: null });
      return;
    }
    if (shown.past && sameAnswer(answer, shown.past.answer)) {
      this.leavePast(words.unchanged);
      return;
    }
    const key = this.newKey();
    const seconds = this.parts.clock.seconds();
    const entry = submitEntry(this.parts, shown, key, answer, seconds);
    const undo_until_ms = this.parts.nowMs() + this.parts.undoSeconds * 1000;
    const { id: assignment_id, data } = shown;
    const now: Past = { assignment_id, data, answer, submission_id: key, undo_until_ms };
    this.finish(shown.id);
    if (shown.past) {
      this.parts.past.replace(shown.past, now);
      this.leavePast(words.changed);
    } else {
      this.parts.past.add(now);
      const { today, total } = this.view.get().progress;
      this.show({ progress: { today: today + 1, total: total + 1 }, said: null });
      this.parts.queue.advance();
    }
    void this.parts.outbox.add(entry);
  }

  skip(reason: string, note: string): void {
    const { shown } = this.view.get();
    if (!shown || shown.past) return;
    const entry = skipEntry(this.parts, shown, this.newKey(), reason, note);
    this.finish(shown.id);
    this.show({ said: words.skipped });
    this.parts.queue.advance();
    void this.parts.outbox.add(entry);
  }

  flag(note: string, rule: string | null): void {
    const { shown } = this.view.get();
    if (!shown) return;
    this.show({ said: words.flagged });
    void this.parts.outbox.add(flagEntry(this.parts, shown, this.newKey(), note, rule));
  }

  /** Brings back the last submission; pressed again, the one before it. */
  undo(): void {
    const { shown } = this.view.get();
    const past = this.parts.past.before(shown?.past ?? null, this.parts.nowMs());
    if (!past) {
      const over = shown?.past ? words.nothingEarlier : words.undoOver;
      this.show({ said: this.parts.past.isEmpty() ? words.nothingToUndo : over });
      return;
    }
    this.answers.delete(past.assignment_id);
    this.seconds.delete(past.assignment_id);
    this.turnTo({ id: past.assignment_id, data: past.data, past }, null);
  }

  /** Back to the new task; the earlier answer stands. */
  leavePast(said: string | null = null): void {
    const { shown } = this.view.get();
    if (!shown?.past) return;
    this.answers.delete(shown.id);
    this.turnTo(this.fromQueue(), said);
  }

  /** Gives up a refused answer; it stays as a draft should the task come again. */
  async giveUp(entry: Entry): Promise<void> {
    await this.parts.outbox.discard(entry);
    if (entry.kind !== 'submit') return;
    const { result: items, confidence = null, seconds = 0 } = entry.body;
    this.parts.drafts.keep(entry.assignment_id, { items, confidence }, seconds);
    this.parts.queue.allow(entry.assignment_id);
  }

  pause(paused: boolean): void {
    if (paused) this.parts.clock.rest();
    else this.parts.clock.touch();
    this.show({ paused });
  }

  /** Keeps what is on the screen; the page may be gone in a moment. */
  keepDraft(): void {
    const { shown, answer } = this.view.get();
    const { drafts, clock } = this.parts;
    if (shown && !shown.past && answer !== NO_ANSWER)
      drafts.keep(shown.id, answer, clock.seconds());
    drafts.flush();
  }

  stop(): void {
    this.keepDraft();
    for (const stop of this.stops) stop();
    this.parts.queue.stop();
  }

  private newKey(): string {
    const key = randomUuid();
    this.mine.add(key);
    return key;
  }

  private finish(id: string): void {
    this.parts.drafts.forget(id);
    this.answers.delete(id);
    this.seconds.delete(id);
  }

  private setAnswer(answer: Answer): void {
    const { shown, paused } = this.view.get();
    if (!shown || paused) return;
    this.answers.set(shown.id, answer);
    if (!shown.past) this.parts.drafts.keep(shown.id, answer, this.parts.clock.seconds());
    this.show({ answer, missing: null });
  }

  private fromQueue(): Shown | null {
    const held = this.parts.queue.state.get().current;
    return held && { id: held.assignment.id, data: held.assignment.data, past: null };
  }

  /** The queue changed: a new task is shown, unless an earlier one is being looked at. */
  private render(): void {
    const { current, empty, problem } = this.parts.queue.state.get();
    const { shown, said } = this.view.get();
    this.show({ empty, problem });
    if (!shown?.past && shown?.id !== current?.assignment.id) this.turnTo(this.fromQueue(), said);
  }

  private turnTo(shown: Shown | null, said: string | null): void {
    const { clock, queue } = this.parts;
    const before = this.view.get().shown;
    if (before && this.answers.has(before.id)) this.seconds.set(before.id, clock.seconds());
    const draft = shown && !shown.past ? (queue.state.get().current?.draft ?? null) : null;
    const kept = draft && { items: draft.items, confidence: draft.confidence };
    const answer = shown && (shown.past?.answer ?? this.answers.get(shown.id) ?? kept);
    clock.start(shown ? (this.seconds.get(shown.id) ?? draft?.seconds ?? 0) : 0);
    this.show({ shown, answer: answer ?? NO_ANSWER, missing: null, said });
  }

  private delivered({ key, kind, assignment_id, answer }: Delivery): void {
    if (answer) {
      this.parts.past.settle(key, answer.undo_until);
      if (answer.message) this.show({ said: answer.message });
    }
    if (kind !== 'flag' && !this.mine.has(key)) this.dropFromOtherTab(assignment_id);
  }

  private watchOutbox(): void {
    const { waiting, refused } = this.parts.outbox.state.get();
    for (const entry of waiting) {
      if (entry.kind !== 'flag' && !this.mine.has(entry.key))
        this.dropFromOtherTab(entry.assignment_id);
    }
    if (refused.length > this.refusedBefore) this.show({ said: words.refusedSay });
    this.refusedBefore = refused.length;
  }

  private dropFromOtherTab(assignmentId: string): void {
    if (this.parts.queue.drop(assignmentId)) this.show({ said: words.otherTab });
  }

  /** The server's count plus what it does not have yet; never behind what was already shown. */
  private takeProgress({ progress }: NextAnswer): void {
    const unsent = unsentIn(this.parts.outbox, this.parts.projectId);
    const total = progress.total + unsent;
    if (total < this.view.get().progress.total) return;
    this.show({ progress: { today: progress.today + unsent, total } });
  }

  private show(part: Partial<WorkbenchView>): void {
    this.view.set({ ...this.view.get(), ...part });
  }
}
