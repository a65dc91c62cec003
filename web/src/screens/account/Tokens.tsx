import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { revokeToken, tokens, type Token } from '../../api/lead/account';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { moment } from '../../ui/format';
import { Part } from '../../ui/Part';
import { State } from '../../ui/State';
import { Failed, Loaded } from '../parts/Loaded';
import styles from './Account.module.css';
import { NewTokenDialog } from './NewTokenDialog';
import { words } from './words';

/** One's API tokens: what each may do, until when, when it was used. */
export function Tokens() {
  const query = useQuery(tokens);
  const [making, setMaking] = useState(false);
  return (
    <Part
      title={words.tokens}
      lead={words.tokensLead}
      tools={
        <Button icon="add" onClick={() => setMaking(true)}>
          {words.newToken}
        </Button>
      }
    >
      <Loaded query={query} lines={[80, 60]}>
        {(items) =>
          items.length === 0 ? (
            <p className={styles.quiet}>{words.noTokens}</p>
          ) : (
            <ul className={styles.list}>
              {items.map((token) => (
                <TokenRow key={token.id} token={token} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {making && <NewTokenDialog onClose={() => setMaking(false)} />}
    </Part>
  );
}

function TokenRow({ token }: { token: Token }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: () => {
      announce(words.revoked(token.name));
      return client.invalidateQueries({ queryKey: tokens.queryKey });
    },
  });
  const expires = token.expires_at && moment(token.expires_at);
  return (
    <li>
      <div>
        <p dir="auto">{token.name}</p>
        <p className={styles.quiet}>
          {words.meta(token.scopes.join(', '), moment(token.created_at), expires)}
        </p>
        <p className={styles.quiet}>
          {words.used(token.last_used_at && moment(token.last_used_at))}
        </p>
        {revoke.error && <Failed error={revoke.error} />}
      </div>
      {token.state === 'open' ? (
        <Button
          aria-label={words.revokeName(token.name)}
          busy={revoke.isPending}
          onClick={() => revoke.mutate()}
        >
          {words.revoke}
        </Button>
      ) : (
        <State>{words.states[token.state]}</State>
      )}
    </li>
  );
}
