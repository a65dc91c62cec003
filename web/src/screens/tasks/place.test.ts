import { expect, test } from 'vitest';
import { isFiltered, neighbor, NO_FILTER, readPlace, withFilter, writePlace } from './place';

test('an address says the whole state, and reading it gives the state back', () => {
  const search = {
    state: 'done',
    disagreeing: true,
    label: 'Neutral',
    annotator: 'p7',
    q: 'battery',
    sort: '-disagreement',
    after: 'c2',
    task: 12,
    hidden: 'counts,key',
  };
  expect(writePlace(readPlace(search))).toEqual(search);
});

test('the usual state has a bare address', () => {
  expect(writePlace(readPlace({}))).toEqual({});
  expect(isFiltered(readPlace({}).filter)).toBe(false);
});

test('what is not understood is as if it were not there', () => {
  const place = readPlace({ state: 'lost', sort: 'random', task: 'x', q: 123, label: ['a'] });
  expect(place.filter).toEqual({ ...NO_FILTER, q: '123', sort: 'id' });
  expect(place.task).toBeNull();
});

test('another filter begins at the first page and keeps the open task', () => {
  const place = withFilter(readPlace({ after: 'c2', task: 3 }), { label: 'Neutral' });
  expect(place).toMatchObject({ after: '', task: 3, filter: { label: 'Neutral' } });
});

test('the neighbors of the open row; at the ends there is none', () => {
  expect(neighbor([4, 5, 6], 5, 1)).toBe(6);
  expect(neighbor([4, 5, 6], 4, -1)).toBeNull();
  expect(neighbor([4, 5, 6], null, 1)).toBe(4);
  expect(neighbor([4, 5, 6], 99, -1)).toBe(6);
  expect(neighbor([], null, 1)).toBeNull();
});
