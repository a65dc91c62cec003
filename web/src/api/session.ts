import { api } from './client';
import { sent } from './server';
import type { Invitation, Session } from './types';

export const getSession = (): Promise<Session> => sent(api.GET('/api/v1/session'));

export const signIn = (email: string, password: string): Promise<Session> =>
  sent(api.POST('/api/v1/session', { body: { email, password } }));

export const signInByLink = (token: string): Promise<Session> =>
  sent(api.POST('/api/v1/session/link', { body: { token } }));

export const signOut = async (): Promise<void> => {
  await api.DELETE('/api/v1/session');
};

export const previewInvitation = (token: string): Promise<Invitation> =>
  sent(api.POST('/api/v1/invitations/preview', { body: { token } }));

export const acceptInvitation = (body: {
  token: string;
  name: string;
  email?: string;
  password?: string;
}): Promise<Session> => sent(api.POST('/api/v1/invitations/accept', { body }));
