import { Problem } from '../api/problem';
import { Button } from '../ui/Button';
import { Centered } from './Centered';
import { words } from './words';

/** The error boundary's page: a sentence, what was kept, what to do. The details go to the console. */
export function PageFailed({ error }: { error: unknown }) {
  const known = error instanceof Problem ? error : null;
  return (
    <Centered title={known?.message ?? words.failedTitle} lead={words.failedKept}>
      <p>
        {known?.action === undefined || known.action === '' ? words.failedAction : known.action}
      </p>
      <Button look="main" onClick={() => globalThis.location.reload()}>
        {words.reload}
      </Button>
    </Centered>
  );
}
