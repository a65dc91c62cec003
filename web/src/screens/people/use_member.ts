import { useMutation, useQueryClient } from '@tanstack/react-query';
import { changePerson, type Member } from '../../api/lead/people';
import type { Body } from '../../api/server';
import { offerUndo } from '../../ui/Undo';

type Change = Body['ChangeMember'];

/** Changes a person's role or access at once, says so, and offers to take it back. */
export function useMember(member: Member) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (body: Change) => changePerson(member.id, body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }),
  });
  return {
    error: change.error,
    busy: change.isPending,
    change: (body: Change, back: Change, sentence: string) =>
      change.mutate(body, { onSuccess: () => offerUndo(sentence, () => change.mutate(back)) }),
  };
}
