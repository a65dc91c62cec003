import { afterEach, expect, test, vi } from 'vitest';
import { fakeServer } from '../../tests/app';
import type { Role } from '../api/types';
import { LEAD_SOURCES, openProject } from './lead_commands';

afterEach(() => vi.unstubAllGlobals());

async function found(query: string, role: Role, pathname: string) {
  globalThis.history.replaceState(null, '', pathname);
  const answers = await Promise.all(
    LEAD_SOURCES.map((source) => source(query, role, () => undefined)),
  );
  return answers.flat().map(({ title }) => title);
}

test('the project in the address', () => {
  expect(openProject('/projects/p1/tasks')).toBe('p1');
  expect(openProject('/projects/new')).toBeNull();
  expect(openProject('/people')).toBeNull();
});

test('inside a project its pages are found, and a task by its number', async () => {
  fakeServer({ 'GET /people': { items: [], next_cursor: null } });
  expect(await found('agree', 'lead', '/projects/p1')).toEqual(['Agreement']);
  expect(await found('#12', 'lead', '/projects/p1/tasks')).toEqual(['Open task 12']);
  expect(await found('settings', 'reviewer', '/projects/p1')).toEqual([]);
});

test('people and actions for those who may', async () => {
  fakeServer({ 'GET /people': { items: [{ id: 'a', name: 'Ada New' }], next_cursor: null } });
  expect(await found('new', 'owner', '/')).toEqual(['Ada New', 'New project']);
  expect(await found('new', 'annotator', '/projects/p1')).toEqual([]);
});
