import type { FileFormat, Job } from '../../api/lead/jobs';
import { words } from './words';

/** A number of the job's outcome or arguments; 0 when it has none. */
function numberIn(record: Record<string, unknown> | null, key: string): number {
  const value = record?.[key];
  return typeof value === 'number' ? value : 0;
}

function textIn(record: Record<string, unknown> | null, key: string): string {
  const value = record?.[key];
  return typeof value === 'string' ? value : '';
}

export const refusedIn = (job: Job): number => numberIn(job.outcome, 'refused');

/** What the job is about: the file, its format, and how it was asked for. */
export function jobTitle(
  job: Job,
  formats: readonly FileFormat[],
): { name: string; details: string } {
  const format = textIn(job.arguments, 'format');
  const title = formats.find(({ id }) => id === format)?.title ?? format;
  const name = textIn(job.outcome, 'filename') || textIn(job.arguments, 'filename') || title;
  const how =
    job.kind === 'import'
      ? (words.inMode[textIn(job.arguments, 'mode')] ?? '')
      : textIn(job.arguments, 'only') === 'annotated'
        ? words.onlys.annotated.toLowerCase()
        : '';
  return { name, details: [title === name ? '' : title, how].filter(Boolean).join(' · ') };
}

/** What it did, in numbers; empty while it has done nothing. */
export function jobResult(job: Job): string {
  const tasks = numberIn(job.outcome, 'tasks');
  const annotations = numberIn(job.outcome, 'annotations');
  const refused = refusedIn(job);
  if (job.outcome === null) return '';
  const done =
    job.kind === 'import' ? words.imported(tasks, annotations) : words.exported(tasks, annotations);
  const others = KNOWN.flatMap((name) => {
    const n = numberIn(job.outcome, name);
    return n > 0 ? [words.counts[name](n)] : [];
  });
  return [done, ...others, ...(refused > 0 ? [words.refused(refused)] : [])].join(', ');
}

const KNOWN = ['duplicates', 'unchanged', 'updated', 'replaced'] as const;

/** Rows of an import that the report names because they are no new tasks. */
export const notedIn = (job: Job): number =>
  KNOWN.reduce((sum, name) => sum + numberIn(job.outcome, name), 0);

/** What it is doing now. */
export const stepOf = (job: Job): string =>
  words.steps[job.step] ?? (job.state === 'waiting' ? words.states.waiting : words.states.running);
