import { queryOptions } from '@tanstack/react-query';
import { ofProject, sent, server, type View } from '../server';
import { isOver } from './jobs';
import type { Policy } from './quality';

export type PolicyPreview = View['PolicyPreview'];
export type Effect = View['Effect'];
export type AnyJob = View['JobView'];
export type PolicyVersion = View['PolicyVersion'];
export type Preset = View['PresetView'];
export type TaskRule = Policy['rules'][number];
export type Queue = Policy['queues'][number];
export type Stage = Policy['stages'][number];
export type Step = Stage['next'][number];
export type Condition = Step['when'];

const POLL_MS = 1000;

export const presets = queryOptions({
  queryKey: ['policy-presets'],
  queryFn: async () => (await sent(server.GET('/api/v1/policy-presets'))).items,
  staleTime: Infinity,
});

/** What a policy would do to the tasks that are there. Nothing is changed by asking. */
export const policyPreview = (projectId: string, document: Policy) =>
  queryOptions({
    queryKey: ['project', projectId, 'policy-preview', document],
    queryFn: () =>
      sent(
        server.POST('/api/v1/projects/{project_id}/policy/preview', {
          params: ofProject(projectId),
          body: { document },
        }),
      ),
    retry: false,
  });

export const policyVersions = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'policy', 'versions'],
    queryFn: async () =>
      (
        await sent(
          server.GET('/api/v1/projects/{project_id}/policy/versions', {
            params: ofProject(projectId),
          }),
        )
      ).items,
  });

/** One version; what was once saved never changes, so it is asked once. */
export const policyVersion = (projectId: string, version: number) =>
  queryOptions({
    queryKey: ['project', projectId, 'policy', 'version', version],
    queryFn: () =>
      sent(
        server.GET('/api/v1/projects/{project_id}/policy/versions/{version}', {
          params: { path: { project_id: projectId, version } },
        }),
      ),
    staleTime: Infinity,
  });

/** One job, asked again each second until it is over. */
export const job = (projectId: string, jobId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'job', jobId],
    queryFn: (): Promise<AnyJob> =>
      sent(
        server.GET('/api/v1/projects/{project_id}/jobs/{job_id}', {
          params: { path: { project_id: projectId, job_id: jobId } },
        }),
      ),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : POLL_MS),
  });
