import { expect, test } from 'vitest';
import { comparedVersions, readView } from './view';

test('the address says what is shown', () => {
  expect(readView({})).toEqual({ kind: 'read' });
  expect(readView({ view: 'edit' })).toEqual({ kind: 'edit' });
  expect(readView({ view: 'changes', from: 2, to: '4' })).toEqual({
    kind: 'changes',
    from: 2,
    to: 4,
  });
  expect(readView({ view: 'changes', from: 'x', to: -1 })).toEqual({
    kind: 'changes',
    from: null,
    to: null,
  });
});

test('without saying which, the last change is shown', () => {
  expect(comparedVersions(5, { from: null, to: null })).toEqual({ from: 4, to: 5 });
  expect(comparedVersions(1, { from: null, to: null })).toEqual({ from: 1, to: 1 });
  expect(comparedVersions(5, { from: 1, to: 9 })).toEqual({ from: 1, to: 5 });
});
