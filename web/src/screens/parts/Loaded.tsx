import type { ReactNode } from 'react';
import { asProblem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';
import { Late, Skeleton } from '../../ui/Skeleton';

/** The part of a query that this needs. */
interface Query<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

interface Props<T> {
  query: Query<T>;
  /** The lines of the final layout, in percent of its width. */
  lines?: readonly number[];
  children: (data: T) => ReactNode;
}

/** What the server says; until then the layout's shadow, and if it fails a sentence and a way on. */
export function Loaded<T>({ query, lines = [40, 92, 88, 60], children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <Late>
      <Skeleton widths={lines} />
    </Late>
  );
}

/** A failed request as a sentence. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = asProblem(error);
  return (
    <ProblemNote what={problem.message} action={problem.action}>
      {retry && <Button onClick={retry}>Try again</Button>}
    </ProblemNote>
  );
}
