import { expect, test } from 'vitest';
import type { Job } from '../../api/lead/jobs';
import { Problem } from '../../api/problem';
import { afterEvent, formatByName, nextUpload, USUAL_RULES, type Upload } from './queue';

const upload = (id: string): Upload => ({
  id,
  file: new File(['x'], `${id}.csv`),
  format: '',
  rules: USUAL_RULES,
  state: 'waiting',
  sentBytes: 0,
  problem: null,
});

test('files go one after the other; what was accepted leaves the queue', () => {
  let uploads = afterEvent([], { kind: 'add', uploads: [upload('a'), upload('b')] });
  expect(nextUpload(uploads)?.id).toBe('a');
  uploads = afterEvent(uploads, { kind: 'start', id: 'a' });
  expect(nextUpload(uploads)).toBeNull();
  uploads = afterEvent(uploads, { kind: 'sent', id: 'a', bytes: 10 });
  expect(uploads[0]).toMatchObject({ state: 'sending', sentBytes: 10 });
  uploads = afterEvent(uploads, { kind: 'accepted', id: 'a', job: {} as Job });
  expect(nextUpload(uploads)?.id).toBe('b');
});

test('what failed stays with its problem, lets the next one go, and can be sent again', () => {
  const problem = new Problem(415, { detail: 'A ZIP archive cannot be read.' });
  let uploads = [upload('a'), upload('b')];
  uploads = afterEvent(uploads, { kind: 'fail', id: 'a', problem });
  expect(nextUpload(uploads)?.id).toBe('b');
  expect(uploads[0]).toMatchObject({ state: 'failed', problem });
  uploads = afterEvent(uploads, { kind: 'again', id: 'a', format: 'csv' });
  expect(uploads[0]).toMatchObject({ format: 'csv', problem: null });
  expect(nextUpload(uploads)?.id).toBe('a');
  expect(afterEvent(uploads, { kind: 'remove', id: 'a' }).map(({ id }) => id)).toEqual(['b']);
});

test('the name promises a format, among those that the server reads', () => {
  const known = [
    { id: 'jsonl', extension: '.jsonl' },
    { id: 'csv', extension: 'csv' },
  ];
  expect(formatByName('a.b.JSONL', known)).toBe('jsonl');
  expect(formatByName('a.ndjson', known)).toBe('jsonl');
  expect(formatByName('a.csv', known)).toBe('csv');
  expect(formatByName('a.json', known)).toBeNull();
  expect(formatByName('README', known)).toBeNull();
});
