import { expect, test } from 'vitest';
import { toCsv } from './csv';

test('quotes what would break a row, and doubles the quotes inside', () => {
  expect(toCsv(['text'], [['a, b'], ['say "hi"'], ['two\nlines']])).toBe(
    'text\r\n"a, b"\r\n"say ""hi"""\r\n"two\nlines"\r\n',
  );
});

test('a text that a spreadsheet would run is text; a negative number stays a number', () => {
  expect(
    toCsv(
      ['a', 'b'],
      [
        ['=1+1', -0.2],
        ['@x', 3],
        ['-1', 0],
      ],
    ),
  ).toBe("a,b\r\n'=1+1,-0.2\r\n'@x,3\r\n'-1,0\r\n");
});

test('what is unknown is an empty cell, never NaN', () => {
  expect(toCsv(['a', 'b', 'c'], [[null, undefined, NaN]])).toBe('a,b,c\r\n,,\r\n');
});
