import { api } from './client';
import { sent } from './server';
import type { NextAnswer, RecentSubmission, SubmitAnswer, SubmitBody, Workbench } from './types';

const inProject = (projectId: string) => ({ path: { project_id: projectId } });
/** The key makes a repeated request recognizable, should the answer to the first one be lost. */
const inAssignment = (assignmentId: string, key: string) => ({
  params: { path: { assignment_id: assignmentId } },
  headers: { 'Idempotency-Key': key },
});

export const getWorkbench = async (projectId: string): Promise<Workbench> =>
  (await sent(
    api.GET('/api/v1/projects/{project_id}/workbench', { params: inProject(projectId) }),
  )) as Workbench;

/** My open assignments first, then new ones, at most `count`; never one of `leaveOut`. */
export const nextAssignments = (
  projectId: string,
  count: number,
  leaveOut: string[],
): Promise<NextAnswer> =>
  sent(
    api.POST('/api/v1/projects/{project_id}/next', {
      params: inProject(projectId),
      body: { count, leave_out: leaveOut },
    }),
  );

export const recentSubmissions = async (
  projectId: string,
  limit: number,
): Promise<RecentSubmission[]> => {
  const { path } = inProject(projectId);
  const call = api.GET('/api/v1/projects/{project_id}/recent', {
    params: { path, query: { limit } },
  });
  return (await sent(call)).items as RecentSubmission[];
};

export const submitAnswer = (assignmentId: string, body: SubmitBody): Promise<SubmitAnswer> =>
  sent(
    api.POST('/api/v1/assignments/{assignment_id}/submit', {
      ...inAssignment(assignmentId, body.submission_id),
      body,
    }),
  );

export const skipAssignment = async (
  assignmentId: string,
  key: string,
  body: { reason: string; note?: string },
): Promise<void> => {
  await api.POST('/api/v1/assignments/{assignment_id}/skip', {
    ...inAssignment(assignmentId, key),
    body: { note: '', ...body },
  });
};

export const flagGuideline = async (
  assignmentId: string,
  key: string,
  body: { note: string; rule?: string },
): Promise<void> => {
  await api.POST('/api/v1/assignments/{assignment_id}/flag', {
    ...inAssignment(assignmentId, key),
    body,
  });
};
