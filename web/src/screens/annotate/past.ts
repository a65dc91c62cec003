import type { RecentSubmission } from '../../api/types';
import type { Answer } from './draft_book';

/** A submission of one's own that may still be brought back. */
export interface Past {
  assignment_id: string;
  data: Record<string, unknown>;
  /** The answer that stands now. */
  answer: Answer;
  submission_id: string;
  /** Until when it may be superseded; the server's word replaces our own guess. */
  undo_until_ms: number;
}

const KEEP = 50;

/** The last submissions, oldest first. */
export class PastBook {
  private readonly list: Past[] = [];

  add(past: Past): void {
    this.list.push(past);
    if (this.list.length > KEEP) this.list.shift();
  }

  /** A correction stands where the corrected one stood. */
  replace(before: Past, after: Past): void {
    const at = this.list.indexOf(before);
    if (at >= 0) this.list[at] = after;
  }

  /** From before a reload, newest first as the server gives them; those of this page stay behind them. */
  addEarlier(recent: readonly RecentSubmission[]): void {
    const known = new Set(this.list.map((past) => past.assignment_id));
    const earlier = recent
      .filter((one) => one.undo_until !== null && !known.has(one.assignment_id))
      .map((one) => ({
        assignment_id: one.assignment_id,
        data: one.data,
        answer: { items: one.result, confidence: one.confidence },
        submission_id: one.submission_id,
        undo_until_ms: Date.parse(one.undo_until ?? ''),
      }));
    this.list.unshift(...earlier.reverse());
  }

  /** The server has said until when this one may be changed; null: no longer. */
  settle(submissionId: string, undoUntil: string | null): void {
    const past = this.list.find((one) => one.submission_id === submissionId);
    if (past) past.undo_until_ms = undoUntil === null ? 0 : Date.parse(undoUntil);
  }

  /** The newest one before `than` (or of all) that may still be changed. */
  before(than: Past | null, nowMs: number): Past | null {
    const end = than === null ? this.list.length : this.list.indexOf(than);
    return (
      this.list.slice(0, Math.max(end, 0)).findLast((past) => past.undo_until_ms > nowMs) ?? null
    );
  }

  isEmpty(): boolean {
    return this.list.length === 0;
  }
}
