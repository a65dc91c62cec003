import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { given, ofProject, sent, server, type Body, type View } from '../server';

export type Project = View['ProjectView'];
export type ProjectState = Project['state'];
export type Template = View['TemplateView'];

export const projectList = (filter: { q: string; state: ProjectState | '' }) =>
  infiniteQueryOptions({
    queryKey: ['project-list', filter],
    queryFn: ({ pageParam }) =>
      sent(
        server.GET('/api/v1/projects', {
          params: { query: given({ ...filter, limit: 50, cursor: pageParam }) },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

export const project = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId],
    queryFn: () =>
      sent(server.GET('/api/v1/projects/{project_id}', { params: ofProject(projectId) })),
  });

export const progress = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'progress'],
    queryFn: () =>
      sent(server.GET('/api/v1/projects/{project_id}/progress', { params: ofProject(projectId) })),
  });

export const templates = queryOptions({
  queryKey: ['templates'],
  queryFn: async () => (await sent(server.GET('/api/v1/templates'))).items,
  staleTime: Infinity,
});

export const createProject = (body: Body['NewProject']): Promise<Project> =>
  sent(server.POST('/api/v1/projects', { body }));

export const changeProject = (projectId: string, body: Body['ChangeProject']): Promise<Project> =>
  sent(server.PATCH('/api/v1/projects/{project_id}', { params: ofProject(projectId), body }));
