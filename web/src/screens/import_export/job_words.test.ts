import { expect, test } from 'vitest';
import type { FileFormat, Job } from '../../api/lead/jobs';
import { jobResult, jobTitle, stepOf } from './job_words';

const formats = [{ id: 'csv', title: 'CSV' }] as FileFormat[];
const job = (more: Partial<Job>) =>
  ({ kind: 'import', state: 'done', step: 'done', outcome: null, arguments: {}, ...more }) as Job;

test('the name is the file’s, the details how it was asked for', () => {
  const read = job({ arguments: { filename: 'a.csv', format: 'csv', mode: 'good_rows' } });
  expect(jobTitle(read, formats)).toEqual({
    name: 'a.csv',
    details: 'CSV · good rows only',
  });
  const written = job({
    kind: 'export',
    arguments: { format: 'csv', only: 'annotated' },
    outcome: { filename: 'mine.csv' },
  });
  expect(jobTitle(written, formats)).toEqual({
    name: 'mine.csv',
    details: 'CSV · with annotations only',
  });
});

test('the result in numbers, refused rows too', () => {
  expect(jobResult(job({ outcome: { tasks: 1204, annotations: 0, refused: 1 } }))).toBe(
    '1,204 tasks imported, 1 row refused',
  );
  expect(jobResult(job({ kind: 'export', outcome: { tasks: 2, annotations: 5 } }))).toBe(
    '2 tasks, 5 annotations',
  );
  expect(jobResult(job({}))).toBe('');
});

test('a step that is not known is still said', () => {
  expect(stepOf(job({ state: 'running', step: 'checking' }))).toBe('Checking the rows');
  expect(stepOf(job({ state: 'running', step: 'polishing' }))).toBe('Running');
  expect(stepOf(job({ state: 'waiting', step: '' }))).toBe('Waiting');
});
