import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { given, ofProject, sent, server, type Body, type View } from '../server';

export type Guideline = View['GuidelineView'];
export type GuidelineDocument = View['GuidelineDocument'];
export type Flag = View['TaskFlag'];

/** The newest version, asked of the server itself. */
export const newestGuideline = (projectId: string): Promise<Guideline> =>
  sent(server.GET('/api/v1/projects/{project_id}/guideline', { params: ofProject(projectId) }));

export const guideline = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'guideline'],
    queryFn: () =>
      sent(server.GET('/api/v1/projects/{project_id}/guideline', { params: ofProject(projectId) })),
  });

export const guidelineVersions = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'guideline', 'versions'],
    queryFn: async () =>
      (
        await sent(
          server.GET('/api/v1/projects/{project_id}/guideline/versions', {
            params: ofProject(projectId),
          }),
        )
      ).items,
  });

/** One version; what was once saved never changes, so it is asked once. */
export const guidelineVersion = (projectId: string, version: number) =>
  queryOptions({
    queryKey: ['project', projectId, 'guideline', 'version', version],
    queryFn: () =>
      sent(
        server.GET('/api/v1/projects/{project_id}/guideline/versions/{version}', {
          params: { path: { project_id: projectId, version } },
        }),
      ),
    staleTime: Infinity,
  });

export const changeGuideline = (
  projectId: string,
  body: Body['NewGuideline'],
): Promise<Guideline> =>
  sent(
    server.PUT('/api/v1/projects/{project_id}/guideline', { params: ofProject(projectId), body }),
  );

/** The questions that annotators raised about the guideline, newest first. */
export const flags = (projectId: string) =>
  infiniteQueryOptions({
    queryKey: ['project', projectId, 'flags'],
    queryFn: ({ pageParam }) =>
      sent(
        server.GET('/api/v1/projects/{project_id}/flags', {
          params: { path: { project_id: projectId }, query: given({ cursor: pageParam }) },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
