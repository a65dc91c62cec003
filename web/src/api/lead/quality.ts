import { queryOptions } from '@tanstack/react-query';
import { given, ofProject, sent, server, type Body, type View } from '../server';

export type Agreement = View['AgreementView'];
export type Metric = View['MetricView'];
/** A number with its interval, or the reason why there is none. */
export type Estimate = View['EstimateView'];
export type Pair = View['PairView'];
export type Policy = View['Policy'];

export const agreement = (projectId: string, control: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'agreement', control],
    queryFn: () =>
      sent(
        server.GET('/api/v1/projects/{project_id}/agreement', {
          params: { path: { project_id: projectId }, query: given({ control }) },
        }),
      ),
  });

export const policy = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'policy'],
    queryFn: () =>
      sent(server.GET('/api/v1/projects/{project_id}/policy', { params: ofProject(projectId) })),
  });

export const changePolicy = (
  projectId: string,
  body: Body['NewPolicy'],
): Promise<View['PolicyView']> =>
  sent(server.PUT('/api/v1/projects/{project_id}/policy', { params: ofProject(projectId), body }));
