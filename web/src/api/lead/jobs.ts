import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { given, ofProject, sent, server, type Body, type View } from '../server';

export type Job = View['JobView'];
export type FileFormat = View['FormatView'];
export type RefusedRow = View['RefusedRowView'];
export type NewExport = Body['NewExport'];

export const isOver = (job: Pick<Job, 'state'>): boolean =>
  ['done', 'failed', 'canceled'].includes(job.state);

const POLL_MS = 1000;

const inJob = (projectId: string, jobId: string) => ({
  path: { project_id: projectId, job_id: jobId },
});

export const formats = queryOptions({
  queryKey: ['formats'],
  queryFn: async () => (await sent(server.GET('/api/v1/formats'))).items,
  staleTime: Infinity,
});

/** The project's jobs, newest first; asked again each second while one of them runs. */
export const jobs = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'jobs'],
    queryFn: async () =>
      (
        await sent(
          server.GET('/api/v1/projects/{project_id}/jobs', { params: ofProject(projectId) }),
        )
      ).items,
    refetchInterval: ({ state }) => (state.data?.every(isOver) === false ? POLL_MS : false),
  });

export const cancelJob = (projectId: string, jobId: string): Promise<Job> =>
  sent(
    server.DELETE('/api/v1/projects/{project_id}/jobs/{job_id}', {
      params: inJob(projectId, jobId),
    }),
  );

export const startExport = (projectId: string, body: NewExport): Promise<Job> =>
  sent(
    server.POST('/api/v1/projects/{project_id}/exports', { params: ofProject(projectId), body }),
  );

/** What of this project a file in a format would lack, counted now. */
export const exportLosses = (projectId: string, format: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'losses', format],
    queryFn: async () =>
      (
        await sent(
          server.GET('/api/v1/projects/{project_id}/exports/losses', {
            params: { path: { project_id: projectId }, query: { format } },
          }),
        )
      ).items,
  });

export const refusedRows = (projectId: string, jobId: string) =>
  infiniteQueryOptions({
    queryKey: ['project', projectId, 'refused', jobId],
    queryFn: ({ pageParam }) =>
      // The same address also gives CSV, so its type says nothing about the JSON.
      sent(
        server.GET('/api/v1/projects/{project_id}/jobs/{job_id}/refused', {
          params: { ...inJob(projectId, jobId), query: given({ cursor: pageParam }) },
        }),
      ) as Promise<View['RefusedRowPage']>,
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

export const importNotes = (projectId: string, jobId: string) =>
  infiniteQueryOptions({
    queryKey: ['project', projectId, 'notes', jobId],
    queryFn: ({ pageParam }) =>
      sent(
        server.GET('/api/v1/projects/{project_id}/jobs/{job_id}/notes', {
          params: { ...inJob(projectId, jobId), query: given({ cursor: pageParam }) },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

const jobPath = (projectId: string, jobId: string) =>
  `/api/v1/projects/${encodeURIComponent(projectId)}/jobs/${encodeURIComponent(jobId)}`;

/** Addresses for a plain link: the browser downloads them itself. */
export const fileAddress = (projectId: string, jobId: string): string =>
  `${jobPath(projectId, jobId)}/file`;
export const refusedAddress = (projectId: string, jobId: string): string =>
  `${jobPath(projectId, jobId)}/refused?format=csv`;
