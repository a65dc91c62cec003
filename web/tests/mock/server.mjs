/**
 * A stand-in for the server: the built pages under the real content policy, and the API in memory.
 *   node tests/mock/server.mjs [PORT]
 * POST /mock {"down":true} and the like changes how it behaves; GET /mock tells what it received.
 */
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { readBody, sendJson, serveFile } from './sending.mjs';
import { projects, session, textOf, workbench } from './world.mjs';

/** Settings of the moment, changed by POST /mock. */
const mode = {
  signedIn: true,
  down: false,
  delay: 0,
  refuse: null,
  empty: false,
  retryAfter: null,
  role: 'annotator',
};
/** Assignments by id; submissions by id. */
const assignments = new Map();
const submissions = new Map();
const received = { skips: [], flags: [], order: [] };
let made = 0;

class Refusal extends Error {
  constructor(status, code, detail, action = '', field) {
    super(detail);
    this.body = { type: `about:${code}`, title: code, status, code, detail, action, field };
  }
}

const progress = () => ({ today: 12 + submissions.size, total: 148 + submissions.size });

function next(projectId, { count, leave_out = [] }) {
  const open = () =>
    [...assignments.values()].filter((a) => a.project === projectId && a.state === 'open');
  const left = (a) => !leave_out.includes(a.id);
  if (mode.empty) {
    const message =
      'All tasks have the annotations they need. Ask Lena Brandt if you want more work.';
    return { assignments: [], empty: { code: 'all_done', message }, progress: progress() };
  }
  while (open().filter(left).length < count) {
    const id = `asg_${randomUUID().slice(0, 12)}`;
    assignments.set(id, {
      id,
      project: projectId,
      state: 'open',
      data: { text: textOf(projectId, made++) },
    });
  }
  const list = open().filter(left).slice(0, count);
  const view = ({ id, data }) => ({ id, data, lease_seconds: 1800, label_config_version: 1 });
  return { assignments: list.map(view), empty: null, break_due: false, progress: progress() };
}

function submit(assignmentId, body) {
  const assignment = assignments.get(assignmentId);
  if (!assignment) throw new Refusal(404, 'unknown_assignment', 'There is no such assignment.');
  if (mode.refuse)
    throw new Refusal(
      mode.refuse,
      'refused',
      'The label “Neutral” is no longer offered.',
      'Reload the page and answer again.',
    );
  const before = submissions.get(body.submission_id);
  if (before && JSON.stringify(before.body) !== JSON.stringify(body)) {
    throw new Refusal(
      409,
      'submission_differs',
      'This submission was sent before with another answer.',
    );
  }
  if (!before) {
    if (assignment.answer && body.supersedes !== assignment.answer) {
      throw new Refusal(
        409,
        'already_submitted',
        'You already answered this task.',
        'Keep that answer, or put this one in its place.',
      );
    }
    assignment.state = 'answered';
    assignment.answer = body.submission_id;
    submissions.set(body.submission_id, { body, assignment, at: Date.now() });
    received.order.push(body.submission_id);
  }
  const undo_until = new Date(Date.now() + 900_000).toISOString();
  return { submission_id: body.submission_id, counted: true, undo_until, message: null };
}

function recent() {
  const items = [...submissions.values()].reverse().map(({ body, assignment, at }) => ({
    assignment_id: assignment.id,
    submission_id: body.submission_id,
    data: assignment.data,
    result: body.result,
    confidence: body.confidence ?? null,
    created_at: new Date(at).toISOString(),
    undo_until: new Date(at + 900_000).toISOString(),
  }));
  return { items };
}

function signIn({ password, token }) {
  if (token === 'bad' || (token === undefined && password !== 'right')) {
    throw new Refusal(
      401,
      'wrong_sign_in',
      'The e-mail or the password is not right.',
      'Check both, or ask your owner for a sign-in link.',
    );
  }
  mode.signedIn = true;
  return { ...session, role: mode.role };
}

function preview({ token }) {
  if (token === 'bad')
    throw new Refusal(
      404,
      'invitation_used',
      'This invitation was used or has ended.',
      'Ask for a new one.',
    );
  const project_titles = projects.slice(0, 2).map(({ title }) => title);
  return {
    workspace_name: 'Demo workspace',
    role: 'annotator',
    email: null,
    project_titles,
    needs_email: true,
  };
}

const open = true;
const ROUTES = [
  ['GET', /^\/session$/, () => ({ ...session, role: mode.role })],
  ['POST', /^\/session(\/link)?$/, (_m, body) => signIn(body), open],
  [
    'DELETE',
    /^\/session$/,
    () => {
      mode.signedIn = false;
      return {};
    },
  ],
  ['POST', /^\/invitations\/preview$/, (_m, body) => preview(body), open],
  ['POST', /^\/invitations\/accept$/, () => signIn({ password: 'right' }), open],
  [
    'GET',
    /^\/projects$/,
    (_m, _b, url) => {
      const q = (url.searchParams.get('q') ?? '').toLowerCase();
      return {
        items: mode.empty ? [] : projects.filter((p) => p.title.toLowerCase().includes(q)),
        next_cursor: null,
      };
    },
  ],
  [
    'GET',
    /^\/my\/projects$/,
    () => ({
      items: mode.empty
        ? []
        : projects.map(({ id, title, description, state }) => ({
            id,
            title,
            description,
            state,
            notice: null,
            progress: progress(),
          })),
    }),
  ],
  ['GET', /^\/projects\/([^/]+)\/workbench$/, ([, id]) => workbench(id)],
  ['POST', /^\/projects\/([^/]+)\/next$/, ([, id], body) => next(id, body)],
  ['GET', /^\/projects\/([^/]+)\/recent$/, recent],
  ['POST', /^\/assignments\/([^/]+)\/submit$/, ([, id], body) => submit(id, body)],
  [
    'POST',
    /^\/assignments\/([^/]+)\/skip$/,
    ([, id], body) => {
      assignments.get(id).state = 'skipped';
      received.skips.push({ id, ...body });
      return {};
    },
  ],
  [
    'POST',
    /^\/assignments\/([^/]+)\/flag$/,
    ([, id], body) => {
      received.flags.push({ id, ...body });
      return {};
    },
  ],
];

function answer(method, url, body, csrf) {
  const path = url.pathname.replace('/api/v1', '');
  for (const [verb, pattern, run, isOpen] of ROUTES) {
    const match = verb === method && pattern.exec(path);
    if (!match) continue;
    if (!isOpen && !mode.signedIn)
      throw new Refusal(401, 'signed_out', 'Nobody is signed in.', 'Sign in.');
    if (!isOpen && method !== 'GET' && csrf !== session.csrf_token) {
      throw new Refusal(403, 'csrf_failed', 'The page is out of date.', 'Reload it.');
    }
    return run(match, body, url);
  }
  throw new Refusal(404, 'not_found', 'There is nothing at this address.');
}

function control(request, body) {
  if (request.method === 'POST') Object.assign(mode, body);
  return { mode, received, submissions: [...submissions.values()].map((one) => one.body) };
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://mock');
  const body = await readBody(request);
  if (url.pathname === '/mock') return sendJson(response, 200, control(request, body));
  if (!url.pathname.startsWith('/api/')) return serveFile(response, url.pathname);
  if (mode.delay) await new Promise((done) => setTimeout(done, mode.delay));
  if (mode.down) {
    return mode.down === 'cut'
      ? request.socket.destroy()
      : sendJson(
          response,
          503,
          { status: 503, code: 'busy', detail: 'Busy.' },
          mode.retryAfter ? { 'Retry-After': mode.retryAfter } : {},
        );
  }
  try {
    sendJson(response, 200, answer(request.method, url, body, request.headers['x-csrf-token']));
  } catch (error) {
    const problem = error.body ?? { status: 500, code: 'mock', detail: String(error.stack) };
    sendJson(response, problem.status, problem);
  }
});

const port = Number(process.argv[2] ?? 8177);
server.listen(port, '127.0.0.1', () => console.log(`mock on http://127.0.0.1:${port}`));
