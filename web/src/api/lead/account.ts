import { queryOptions } from '@tanstack/react-query';
import { sent, server, type Body, type View } from '../server';

export type FullSession = View['SessionView'];
export type Token = View['TokenView'];
export type Scope = Token['scopes'][number];

export const ownSession = queryOptions({
  queryKey: ['session'],
  queryFn: () => sent(server.GET('/api/v1/session')),
});

export const changeMe = (body: Body['ChangeMe']): Promise<FullSession> =>
  sent(server.PATCH('/api/v1/me', { body }));

export const switchWorkspace = (workspaceId: string): Promise<FullSession> =>
  sent(server.PATCH('/api/v1/session', { body: { workspace_id: workspaceId } }));

export const tokens = queryOptions({
  queryKey: ['tokens'],
  queryFn: async () => (await sent(server.GET('/api/v1/tokens'))).items,
});

export const makeToken = (body: Body['NewToken']): Promise<View['CreatedToken']> =>
  sent(server.POST('/api/v1/tokens', { body }));

export const revokeToken = async (tokenId: string): Promise<void> => {
  await server.DELETE('/api/v1/tokens/{token_id}', { params: { path: { token_id: tokenId } } });
};
