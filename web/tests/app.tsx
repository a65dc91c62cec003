import { createMemoryHistory, createRouter, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { vi } from 'vitest';
import type { ProblemBody, Session } from '../src/api/types';
import { routeTree } from '../src/shell/routes';
import { loadSession, sessionCell } from '../src/shell/session';

/** "GET /session" → what is answered: a body, or a function of the request's body. */
export type Answers = Record<string, unknown>;

export const SESSION: Session = {
  person: { id: 'per_1', email: 'mira@example.org', name: 'Mira Okafor' },
  workspace: { id: 'wsp_1', name: 'Demo' },
  role: 'annotator',
  workspaces: [],
  csrf_token: 'token',
  has_password: true,
  version: '0.1.0',
};

/** An answer with the status of a problem. */
export class Refused {
  readonly problem: ProblemBody & { status: number };

  constructor(status: number, detail: string, more: ProblemBody = {}) {
    this.problem = { code: `status_${status}`, ...more, detail, status };
  }
}

export interface Call {
  name: string;
  body: unknown;
  csrf: string | null;
}

/** Answers requests from a table and tells what was asked. Unknown ones are 404. */
export function fakeServer(answers: Answers): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname.replace('/api/v1', '');
    const name = `${request.method} ${path}`;
    const text = await request.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    calls.push({ name, body, csrf: request.headers.get('X-CSRF-Token') });
    const found = answers[name];
    const result: unknown =
      typeof found === 'function' ? (found as (body: unknown) => unknown)(body) : found;
    const refused = result === undefined ? new Refused(404, 'Not here.') : result;
    const isProblem = refused instanceof Refused;
    return new Response(JSON.stringify(isProblem ? refused.problem : refused), {
      status: isProblem ? refused.problem.status : 200,
      headers: { 'Content-Type': 'application/json' },
    });
  });
  return calls;
}

/** The whole app at an address, over a fake server. */
export async function openApp(path: string, answers: Answers) {
  const calls = fakeServer(answers);
  sessionCell.set({ status: 'loading' });
  globalThis.location.hash = path.split('#')[1] ?? '';
  const history = createMemoryHistory({ initialEntries: [path] });
  const router = createRouter({ routeTree, history });
  await loadSession();
  const view = render(<RouterProvider router={router as never} />);
  return { calls, router, ...view };
}
