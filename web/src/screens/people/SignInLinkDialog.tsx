import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { makeSignInLink, type Member } from '../../api/lead/people';
import { Button } from '../../ui/Button';
import { Actions, Dialog } from '../../ui/Dialog';
import { moment } from '../../ui/format';
import { Loaded } from '../parts/Loaded';
import { OneTimeSecret } from './OneTimeSecret';
import { words } from './words';

/** A link that signs a person in once, for who lost the way in. */
export function SignInLinkDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { mutate, ...link } = useMutation({ mutationFn: () => makeSignInLink(member.id) });
  useEffect(() => mutate(), [mutate]);
  return (
    <Dialog title={words.linkTitle(member.name)} onClose={onClose}>
      <Loaded query={{ ...link, refetch: mutate }} lines={[100]}>
        {({ url, expires_at }) => (
          <>
            <p>{words.linkOnce}</p>
            <OneTimeSecret label={words.linkTitle(member.name)} value={url} copy={words.copyLink} />
            <p>{words.linkUntil(moment(expires_at))}</p>
          </>
        )}
      </Loaded>
      <Actions>
        <Button onClick={onClose}>{words.done}</Button>
      </Actions>
    </Dialog>
  );
}
