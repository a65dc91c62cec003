import { act, renderHook } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { useVersionDraft } from './use_version_draft';

beforeEach(() => localStorage.clear());

const open = (version: number, saved: string) =>
  renderHook(({ version: at, saved: text }) => useVersionDraft('x', at, text), {
    initialProps: { version, saved },
  });

test('while nothing was written it follows what is saved', () => {
  const { result, rerender } = open(1, 'one');
  rerender({ version: 2, saved: 'two' });
  expect(result.current).toMatchObject({
    content: 'two',
    base: 2,
    changed: false,
    outdated: false,
  });
});

test('what was written stays when somebody saves a newer version, and says so', () => {
  const { result, rerender } = open(1, 'one');
  act(() => result.current.set('mine'));
  rerender({ version: 2, saved: 'two' });
  expect(result.current).toMatchObject({ content: 'mine', base: 1, changed: true, outdated: true });
  act(() => result.current.forget());
  expect(result.current).toMatchObject({ content: 'two', base: 2, changed: false });
});

test('a reload finds it again, with the version it was begun on', () => {
  const first = open(1, 'one');
  act(() => first.result.current.set('mine'));
  act(() => void globalThis.dispatchEvent(new Event('pagehide')));
  first.unmount();
  const { result } = open(2, 'two');
  expect(result.current).toMatchObject({ content: 'mine', base: 1, found: true, outdated: true });
});

test('written back to what is saved, it is no change', () => {
  const { result } = open(1, 'one');
  act(() => result.current.set('mine'));
  act(() => result.current.set('one'));
  expect(result.current).toMatchObject({ changed: false, outdated: false });
});
