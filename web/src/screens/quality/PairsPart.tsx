import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Agreement, Pair } from '../../api/lead/quality';
import { Button } from '../../ui/Button';
import { CopyButton } from '../../ui/CopyButton';
import { Estimate } from '../../ui/Estimate';
import { Part } from '../../ui/Part';
import styles from './Agreement.module.css';
import { estimateOf, worstPair } from './matrix';
import { PairList } from './PairList';
import { PairMatrix } from './PairMatrix';
import { pairsCsv } from './tables';
import { words } from './words';

/** Any two annotators: as a matrix to see a pattern, as a list to read the numbers. */
export function PairsPart({ agreement, projectId }: { agreement: Agreement; projectId: string }) {
  const { asList, show } = useView(projectId);
  const worst = worstPair(agreement.pairs);
  const nameOf = (id: string) => agreement.annotators[id] ?? id;
  return (
    <Part
      title={words.pairs}
      lead={words.pairsLead}
      tools={
        <>
          <Button look="quiet" icon={asList ? 'chart' : 'table'} onClick={() => show(!asList)}>
            {asList ? words.asMatrix : words.asList}
          </Button>
          <CopyButton text={pairsCsv(agreement)}>{words.copy}</CopyButton>
        </>
      }
    >
      {agreement.pairs.length === 0 ? (
        <p className={styles.rests}>{words.onePerson}</p>
      ) : (
        <>
          <p className={styles.worst}>
            {worst ? (
              <>
                {words.worst(nameOf(worst.a), nameOf(worst.b))} <Worst pair={worst} />{' '}
                {words.worstTasks(worst.n_tasks)}
              </>
            ) : (
              words.noWorst
            )}
          </p>
          {asList ? (
            <PairList pairs={agreement.pairs} nameOf={nameOf} />
          ) : (
            <PairMatrix pairs={agreement.pairs} names={agreement.annotators} worst={worst} />
          )}
        </>
      )}
    </Part>
  );
}

/** Matrix or list; it stands in the address. */
function useView(projectId: string) {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  return {
    asList: search.pairs === 'list',
    show: (list: boolean) =>
      void navigate({
        to: '/projects/$projectId/agreement',
        params: { projectId },
        search: { ...search, pairs: list ? 'list' : undefined },
        replace: true,
        resetScroll: false,
      }),
  };
}

function Worst({ pair }: { pair: Pair }) {
  const { value, low, high } = estimateOf(pair);
  return <Estimate value={value} low={low} high={high} />;
}
