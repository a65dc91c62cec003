import { expect, test } from 'vitest';
import type { Pair } from '../../api/lead/quality';
import { heat, pairMatrix, worstFirst, worstPair } from './matrix';

const pair = (a: string, b: string, value: number | null, half = 0.1) => {
  const [low, high] = value === null ? [null, null] : [value - half, value + half];
  return { a, b, n_tasks: 9, kappa: { value, low, high } } as Pair;
};
const pairs = [
  pair('b', 'a', 0.6),
  pair('a', 'c', 0.4),
  pair('b', 'c', null),
  pair('d', 'a', 0.1, 0.6),
];

test('both triangles find the same pair, and nobody is paired with themselves', () => {
  const { annotators, pairOf } = pairMatrix(pairs, {
    a: 'Zoe',
    b: 'Annotator 10',
    c: 'Annotator 9',
  });
  expect(annotators.map(({ name }) => name)).toEqual(['Annotator 9', 'Annotator 10', 'd', 'Zoe']);
  expect(pairOf('a', 'b')).toBe(pairs[0]);
  expect(pairOf('b', 'a')).toBe(pairs[0]);
  expect(pairOf('a', 'a')).toBeNull();
  expect(pairOf('c', 'd')).toBeNull();
});

test('worst first, what cannot be told last', () => {
  expect(worstFirst(pairs).map(({ kappa }) => kappa?.value)).toEqual([0.1, 0.4, 0.6, null]);
});

test('the pair that is named is surely low, not low by bad luck', () => {
  expect(worstPair(pairs)).toBe(pairs[1]);
  expect(worstPair([pair('a', 'b', null)])).toBeNull();
});

test('where kappa is not defined, percent agreement takes its place', () => {
  const percent = { value: 0.7, low: 0.6, high: 0.8 };
  expect(worstPair([{ a: 'a', b: 'b', n_tasks: 9, kappa: null, percent } as Pair])).not.toBeNull();
});

test('heat stays on the scale', () => {
  expect([-0.4, 0, 0.555, 1].map(heat)).toEqual([0, 0, 11, 36]);
});
