import { useMutation, useQueryClient } from '@tanstack/react-query';
import { changeMe, ownSession } from '../../api/lead/account';
import { enter } from '../../shell/session';
import { announce } from '../../ui/announcer';

/** Changes something of oneself; the whole page, frame included, knows at once. */
export function useChangeMe(said: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: changeMe,
    onSuccess: (session) => {
      client.setQueryData(ownSession.queryKey, session);
      enter(session);
      announce(said);
    },
  });
}
