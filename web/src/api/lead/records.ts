import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { given, ofProject, sent, server, type Body, type View } from '../server';

export type Revert = View['RevertView'];
export type RevertPreview = View['RevertPreview'];
export type RevertSelection = Body['RevertSelection'];
export type NewRevert = Body['NewRevert'];
export type Again = Revert['again'];
export type Records = View['RecordsView'];
export type HistoryEntry = View['HistoryEntry'];

const POLL_MS = 1000;

const isOver = (state: Revert['state']): boolean => ['done', 'failed', 'canceled'].includes(state);

/** The chain's head, and what the last check-up found. */
export const records = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'records'],
    queryFn: () =>
      sent(server.GET('/api/v1/projects/{project_id}/records', { params: ofProject(projectId) })),
  });

export const checkRecords = (projectId: string): Promise<View['JobView']> =>
  sent(
    server.POST('/api/v1/projects/{project_id}/records/check', { params: ofProject(projectId) }),
  );

/** What was set aside and restored, newest first; asked again each second while something is under way. */
export const reverts = (projectId: string) =>
  infiniteQueryOptions({
    queryKey: ['project', projectId, 'reverts'],
    queryFn: ({ pageParam }) =>
      sent(
        server.GET('/api/v1/projects/{project_id}/reverts', {
          params: { path: { project_id: projectId }, query: given({ cursor: pageParam }) },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((one) => !isOver(one.state)))
        ? POLL_MS
        : false,
  });

export const previewRevert = (
  projectId: string,
  body: Body['PreviewRevert'],
): Promise<RevertPreview> =>
  sent(
    server.POST('/api/v1/projects/{project_id}/reverts/preview', {
      params: ofProject(projectId),
      body,
    }),
  );

export const setAside = (projectId: string, body: NewRevert): Promise<Revert> =>
  sent(
    server.POST('/api/v1/projects/{project_id}/reverts', { params: ofProject(projectId), body }),
  );

export const restoreRevert = (
  projectId: string,
  revertId: string,
  reason: string,
): Promise<Revert> =>
  sent(
    server.POST('/api/v1/projects/{project_id}/reverts/{revert_id}/restore', {
      params: { path: { project_id: projectId, revert_id: revertId } },
      body: { reason },
    }),
  );

/** Everything that happened to a task, oldest first. */
export const taskHistory = (projectId: string, taskId: number) =>
  infiniteQueryOptions({
    queryKey: ['project', projectId, 'task', taskId, 'history'],
    queryFn: ({ pageParam }) =>
      sent(
        server.GET('/api/v1/projects/{project_id}/tasks/{task_id}/history', {
          params: {
            path: { project_id: projectId, task_id: taskId },
            query: given({ cursor: pageParam }),
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
