import { expect, test } from 'vitest';
import { Problem } from '../../api/problem';
import { answerOf } from './upload';

test('a job when it was accepted', () => {
  expect(answerOf(202, '{"id":"j1"}')).toEqual({ id: 'j1' });
});

test('the server’s own words when it was not', () => {
  const refused = () =>
    answerOf(
      415,
      '{"detail":"A ZIP archive.","action":"Unpack it first.","code":"unsupported_format"}',
    );
  expect(refused).toThrow('A ZIP archive.');
  expect(refused).toThrow(Problem);
});

test('an answer that is not the server’s still says its status', () => {
  expect(() => answerOf(413, '<html>')).toThrow('413');
  expect(() => answerOf(200, '<html>')).toThrow('200');
});
