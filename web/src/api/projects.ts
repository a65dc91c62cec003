import { api } from './client';
import { sent } from './server';
import type { OwnProject } from './types';

/** The projects one labels in, with one's own numbers. */
export const listOwnProjects = async (): Promise<OwnProject[]> =>
  (await sent(api.GET('/api/v1/my/projects'))).items;

/** The beginning of the list of projects a lead sees, found by a word of the title. */
export const findProjects = async (q: string): Promise<{ id: string; title: string }[]> => {
  const query = { limit: 8, ...(q && { q }) };
  return (await sent(api.GET('/api/v1/projects', { params: { query } }))).items;
};
