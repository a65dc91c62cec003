import createClient, { type Middleware } from 'openapi-fetch';
import { readProblem, unreachable } from './problem';
import type { paths } from './schema';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const SESSION_PATH = /\/api\/v1\/(session|invitations)/;

let csrfToken = '';
const signedOutListeners = new Set<() => void>();

/** The session's token, sent with every request that changes something. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Called when a request finds that nobody is signed in any more; returns the way to stop. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

const problems: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept', 'application/json');
    if (!SAFE_METHODS.has(request.method)) request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return;
    if (response.status === 401 && !SESSION_PATH.test(new URL(request.url).pathname)) {
      for (const listener of signedOutListeners) listener();
    }
    throw await readProblem(response);
  },
  onError() {
    return unreachable();
  },
};

export const api = createClient<paths>({
  baseUrl: globalThis.location.origin,
  credentials: 'same-origin',
  fetch: (request) => globalThis.fetch(request),
});
api.use(problems);

/** The answer's body; a failed request throws a Problem instead. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call;
  return data as T;
}
