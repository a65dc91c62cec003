import { queryOptions } from '@tanstack/react-query';
import { given, sent, server, type View } from '../server';

export type Consensus = View['ConsensusView'];

export interface ConsensusChoice {
  /** Empty: the first control of the label config. */
  control: string;
  /** Empty: the server's default. */
  method: string;
}

export const consensus = (projectId: string, choice: ConsensusChoice) =>
  queryOptions({
    queryKey: ['project', projectId, 'consensus', choice.control, choice.method],
    queryFn: () =>
      sent(
        server.GET('/api/v1/projects/{project_id}/consensus', {
          params: { path: { project_id: projectId }, query: given({ ...choice }) },
        }),
      ),
    // Fitting models takes a moment: what was shown of this project stays until the other is there.
    placeholderData: (before: Consensus | undefined, query) =>
      query?.queryKey[1] === projectId ? before : undefined,
  });

/** The address of the labels as a file. */
export const consensusFile = (projectId: string, { control, method }: ConsensusChoice): string =>
  `/api/v1/projects/${encodeURIComponent(projectId)}/consensus/labels?${new URLSearchParams({
    ...(control && { control }),
    ...(method && { method }),
  }).toString()}`;
