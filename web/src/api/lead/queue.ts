import { queryOptions } from '@tanstack/react-query';
import { ofProject, sent, server, type Body, type View } from '../server';

export type QueueState = View['QueueView'];
export type Lane = View['LaneView'];
export type Worker = View['WorkerView'];
export type Skills = Worker['skills'];

const LOOK_AGAIN_MS = 10_000;

/** What waits where and who holds what; asked again by itself while it is looked at. */
export const queue = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'queue'],
    queryFn: () =>
      sent(server.GET('/api/v1/projects/{project_id}/queue', { params: ofProject(projectId) })),
    refetchInterval: LOOK_AGAIN_MS,
  });

/** Gives tasks in hand back for others; how many. */
export const reallocate = async (projectId: string, body: Body['Reallocate']): Promise<number> => {
  const call = server.POST('/api/v1/projects/{project_id}/queue/reallocate', {
    params: ofProject(projectId),
    body,
  });
  return (await sent(call)).assignments;
};

/** Lets only these people get these tasks; nobody named: whoever the policy means. How many moved. */
export const assignTasks = async (
  projectId: string,
  body: Body['AssignTasks'],
): Promise<number> => {
  const call = server.POST('/api/v1/projects/{project_id}/queue/assign', {
    params: ofProject(projectId),
    body,
  });
  return (await sent(call)).tasks;
};

export const takeOut = async (projectId: string, body: Body['MoveTasks']): Promise<number> => {
  const call = server.POST('/api/v1/projects/{project_id}/queue/take-out', {
    params: ofProject(projectId),
    body,
  });
  return (await sent(call)).tasks;
};

export const putBack = async (projectId: string, taskIds: number[]): Promise<number> => {
  const call = server.POST('/api/v1/projects/{project_id}/queue/put-back', {
    params: ofProject(projectId),
    body: { task_ids: taskIds, reason: '' },
  });
  return (await sent(call)).tasks;
};

/** Replaces what somebody can do in a project. */
export const setSkills = (projectId: string, personId: string, skills: Skills): Promise<Worker> =>
  sent(
    server.PUT('/api/v1/projects/{project_id}/seats/{person_id}/skills', {
      params: { path: { project_id: projectId, person_id: personId } },
      body: { skills },
    }),
  );
