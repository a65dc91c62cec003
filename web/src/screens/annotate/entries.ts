import type { Entry } from '../../shell/outbox/entry';
import type { Outbox } from '../../shell/outbox/outbox';
import { previewOf } from './answers';
import type { Answer } from './draft_book';
import type { Shown, WorkbenchParts } from './workbench_view';

type Parts = Pick<WorkbenchParts, 'owner' | 'projectId' | 'nowMs'>;

function frame(parts: Parts, shown: Shown, key: string) {
  return {
    ...parts.owner,
    key,
    project_id: parts.projectId,
    assignment_id: shown.id,
    preview: previewOf(shown.data),
    made_at_ms: parts.nowMs(),
  };
}

/** An answer for the outbox; a correction names what it supersedes and counts its own seconds only. */
export function submitEntry(
  parts: Parts,
  shown: Shown,
  key: string,
  answer: Answer,
  seconds: number,
): Entry {
  const body = {
    submission_id: key,
    result: answer.items,
    seconds,
    ...(answer.confidence !== null && { confidence: answer.confidence }),
    ...(shown.past && { supersedes: shown.past.submission_id }),
  };
  return { ...frame(parts, shown, key), kind: 'submit', body };
}

export function skipEntry(
  parts: Parts,
  shown: Shown,
  key: string,
  reason: string,
  note: string,
): Entry {
  return { ...frame(parts, shown, key), kind: 'skip', body: { reason, ...(note && { note }) } };
}

export function flagEntry(
  parts: Parts,
  shown: Shown,
  key: string,
  note: string,
  rule: string | null,
): Entry {
  return { ...frame(parts, shown, key), kind: 'flag', body: { note, ...(rule && { rule }) } };
}

/** New answers of a project that the server has not got yet; corrections are not new. */
export function unsentIn(outbox: Outbox, projectId: string): number {
  return outbox.state
    .get()
    .waiting.filter(
      (entry) =>
        entry.kind === 'submit' && entry.project_id === projectId && !entry.body.supersedes,
    ).length;
}
