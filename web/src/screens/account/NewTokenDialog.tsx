import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { makeToken, tokens, type Scope } from '../../api/lead/account';
import { Button } from '../../ui/Button';
import { Actions, Dialog } from '../../ui/Dialog';
import { TextField } from '../../ui/Field';
import { CheckField, NumberField } from '../../ui/NumberField';
import { Failed } from '../parts/Loaded';
import { OneTimeSecret } from '../people/OneTimeSecret';
import styles from './Account.module.css';
import { words } from './words';

const SCOPES: readonly Scope[] = ['read', 'write', 'annotate', 'admin'];

/** Makes a token; its secret is shown once, here. */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [days, setDays] = useState(90);
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: makeToken,
    onSuccess: () => client.invalidateQueries({ queryKey: tokens.queryKey }),
  });
  if (make.data) {
    return (
      <Dialog title={words.tokenMade} onClose={onClose}>
        <p>{words.tokenOnce}</p>
        <OneTimeSecret label={words.tokenMade} value={make.data.secret} copy={words.copyToken} />
        <Actions>
          <Button look="main" onClick={onClose}>
            {words.done}
          </Button>
        </Actions>
      </Dialog>
    );
  }
  return (
    <Dialog title={words.newToken} onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate({ name: name.trim(), scopes: [...scopes], expires_in_days: days });
        }}
      >
        <TextField
          label={words.tokenName}
          hint={words.tokenNameHint}
          required
          autoFocus
          maxLength={120}
          value={name}
          onChange={setName}
        />
        <Scopes scopes={scopes} onChange={setScopes} />
        <NumberField
          label={words.expires}
          unit={words.days}
          value={days}
          onChange={setDays}
          min={1}
          max={3650}
        />
        {make.error && <Failed error={make.error} />}
        <Actions>
          <Button look="main" type="submit" busy={make.isPending} disabled={scopes.length === 0}>
            {words.makeToken}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}

interface ScopesProps {
  scopes: readonly Scope[];
  onChange: (scopes: Scope[]) => void;
}

function Scopes({ scopes, onChange }: ScopesProps) {
  return (
    <fieldset className={styles.checks}>
      <legend>{words.scopes}</legend>
      {SCOPES.map((scope) => (
        <CheckField
          key={scope}
          label={scope}
          hint={words.scopeHints[scope]}
          checked={scopes.includes(scope)}
          onChange={(on) =>
            onChange(SCOPES.filter((one) => (one === scope ? on : scopes.includes(one))))
          }
        />
      ))}
    </fieldset>
  );
}
