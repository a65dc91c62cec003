import type { ProblemBody } from './types';

/**
 * What went wrong with a request, always with a sentence a person can act on.
 * `status` is 0 when no answer came (no connection, server stopped).
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly action: string;
  readonly field: string | null;
  /** Seconds the server asked us to wait, or null. */
  readonly retryAfterSeconds: number | null;

  constructor(status: number, body: ProblemBody, retryAfterSeconds: number | null = null) {
    super(body.detail ?? body.title ?? `The server answered ${status} and gave no reason.`);
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? `status_${status}`;
    this.action = body.action ?? '';
    this.field = body.field ?? null;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** True when the same request may well succeed later, unchanged. */
  get passes(): boolean {
    return [0, 408, 425, 429].includes(this.status) || this.status >= 500;
  }
}

export function unreachable(): Problem {
  return new Problem(0, {
    code: 'unreachable',
    detail: 'The server cannot be reached.',
    action: 'Check your connection; this page tries again by itself.',
  });
}

/** Retry-After is either seconds or an HTTP date; a past or unreadable one counts as absent. */
export function readRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds > 0 ? seconds : null;
  const untilMs = Date.parse(header) - nowMs;
  return untilMs > 0 ? untilMs / 1000 : null;
}

export async function readProblem(response: Response): Promise<Problem> {
  const retryAfter = readRetryAfter(response.headers.get('Retry-After'), Date.now());
  let body: ProblemBody = {};
  if (/json/.test(response.headers.get('Content-Type') ?? '')) {
    const parsed: unknown = await response.json().catch(() => null);
    if (typeof parsed === 'object' && parsed !== null) body = parsed;
  }
  return new Problem(response.status, body, retryAfter);
}

/** Any thrown value as a Problem; what is not one is our own mistake and says so. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, {
    code: 'page_error',
    detail: 'This page made a mistake.',
    action: 'Reload the page. Answers that were not sent yet are kept in this browser.',
  });
}
