import { expect, test } from 'vitest';
import { asProblem, Problem, readProblem, readRetryAfter } from './problem';

const NOW = Date.parse('2026-11-22T12:00:00Z');

test.each([
  ['7', 7],
  ['0', null],
  ['', null],
  ['soon', null],
  ['Sun, 22 Nov 2026 12:00:30 GMT', 30],
  ['Sun, 22 Nov 2026 11:00:00 GMT', null],
])('Retry-After %j means %j seconds', (header, seconds) => {
  expect(readRetryAfter(header, NOW)).toBe(seconds);
});

test('problem details become a sentence with a code and an action', async () => {
  const body = JSON.stringify({
    code: 'already_submitted',
    detail: 'You did.',
    action: 'Keep it.',
  });
  const headers = { 'Content-Type': 'application/problem+json', 'Retry-After': '3' };
  const problem = await readProblem(new Response(body, { status: 409, headers }));
  expect(problem).toMatchObject({
    status: 409,
    code: 'already_submitted',
    message: 'You did.',
    action: 'Keep it.',
    retryAfterSeconds: 3,
    passes: false,
  });
});

test('a page of HTML from something in between is still a sentence', async () => {
  const response = new Response('<h1>Bad gateway</h1>', { status: 502 });
  const problem = await readProblem(response);
  expect(problem.message).toBe('The server answered 502 and gave no reason.');
  expect(problem.passes).toBe(true);
});

test('what is not a problem is our own mistake, without its details', () => {
  const problem = asProblem(new TypeError('x is undefined'));
  expect(problem).toBeInstanceOf(Problem);
  expect(problem.message).not.toContain('undefined');
});
