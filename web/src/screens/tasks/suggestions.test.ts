import { expect, test } from 'vitest';
import { suggestionsFor } from './suggestions';

const known = {
  labels: ['Positive', 'Neutral', 'Negative'],
  people: [
    { id: 'p1', name: 'Ada Lovelace' },
    { id: 'p2', name: 'Neda Ulaby' },
  ],
};
const ids = (typed: string) => suggestionsFor(typed, known).map(({ id }) => id);

test('a part of a name finds labels and people, and the text itself last', () => {
  expect(ids('ne')).toEqual(['label-Neutral', 'label-Negative', 'annotator-p2', 'search']);
});

test('the kind before a colon narrows', () => {
  expect(ids('annotator: ne')).toEqual(['annotator-p2', 'search']);
  expect(ids('label:')).toEqual(['label-Positive', 'label-Neutral', 'label-Negative', 'search']);
});

test('nothing typed shows what there is, without a search for nothing', () => {
  expect(ids('')).toContain('disagreeing');
  expect(ids('')).not.toContain('search');
});

test('a text with a colon that names no kind is a search', () => {
  expect(suggestionsFor('re: order', known)).toMatchObject([{ patch: { q: 're: order' } }]);
});
