import { useState } from 'react';
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
export function PairsPart({ agreement }: { agreement: Agreement }) {
  const [asList, setAsList] = useState(false);
  const worst = worstPair(agreement.pairs);
  const nameOf = (id: string) => agreement.annotators[id] ?? id;
  return (
    <Part
      title={words.pairs}
      lead={words.pairsLead}
      tools={
        <>
          <Button look="quiet" icon={asList ? 'chart' : 'table'} onClick={() => setAsList(!asList)}>
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

function Worst({ pair }: { pair: Pair }) {
  const { value, low, high } = estimateOf(pair);
  return <Estimate value={value} low={low} high={high} />;
}
