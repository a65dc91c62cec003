import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { given, ofProject, sent, server, type Body, type View } from '../server';

export type Member = View['MemberView'];
export type Invitation = View['InvitationView'];
export type Seat = View['SeatView'];
export type Role = Member['role'];
export type OneTimeLink = View['OneTimeLink'];

export const people = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['people', q],
    queryFn: ({ pageParam }) =>
      sent(server.GET('/api/v1/people', { params: { query: given({ q, cursor: pageParam }) } })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

export const changePerson = (personId: string, body: Body['ChangeMember']): Promise<Member> =>
  sent(
    server.PATCH('/api/v1/people/{person_id}', {
      params: { path: { person_id: personId } },
      body,
    }),
  );

export const makeSignInLink = (personId: string): Promise<OneTimeLink> =>
  sent(
    server.POST('/api/v1/people/{person_id}/sign-in-link', {
      params: { path: { person_id: personId } },
    }),
  );

export const invitations = queryOptions({
  queryKey: ['invitations'],
  queryFn: async () => (await sent(server.GET('/api/v1/invitations'))).items,
});

export const invite = (body: Body['NewInvitation']): Promise<View['CreatedInvitation']> =>
  sent(server.POST('/api/v1/invitations', { body }));

export const revokeInvitation = async (invitationId: string): Promise<void> => {
  await server.DELETE('/api/v1/invitations/{invitation_id}', {
    params: { path: { invitation_id: invitationId } },
  });
};

export const seats = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'seats'],
    queryFn: async () =>
      (
        await sent(
          server.GET('/api/v1/projects/{project_id}/seats', { params: ofProject(projectId) }),
        )
      ).items,
  });

export const addSeats = (projectId: string, personIds: string[]): Promise<View['SeatList']> =>
  sent(
    server.POST('/api/v1/projects/{project_id}/seats', {
      params: ofProject(projectId),
      body: { person_ids: personIds },
    }),
  );

export const setSeat = (projectId: string, personId: string, active: boolean): Promise<Seat> =>
  sent(
    server.PUT('/api/v1/projects/{project_id}/seats/{person_id}', {
      params: { path: { project_id: projectId, person_id: personId } },
      body: { active },
    }),
  );
