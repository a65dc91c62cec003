import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { isOver, jobs } from '../../api/lead/jobs';
import { checkRecords, records, type Records } from '../../api/lead/records';
import { Button } from '../../ui/Button';
import { CopyButton } from '../../ui/CopyButton';
import { moment } from '../../ui/format';
import { Part } from '../../ui/Part';
import { State } from '../../ui/State';
import { Failed, Loaded } from '../parts/Loaded';
import styles from './Records.module.css';
import { words } from './words';

/** The head of the hash chain, to be noted elsewhere, and whether it was verified. */
export function ChainPart({ projectId, mayCheck }: { projectId: string; mayCheck: boolean }) {
  const query = useQuery(records(projectId));
  return (
    <Part title={words.chain} lead={words.chainLead}>
      <Loaded query={query} lines={[60, 100]}>
        {(seen) => (
          <>
            <Head seen={seen} />
            <Checked seen={seen} />
            {mayCheck && <Check projectId={projectId} />}
          </>
        )}
      </Loaded>
    </Part>
  );
}

function Head({ seen }: { seen: Records }) {
  if (seen.head === null || seen.head_at === null) {
    return <p className={styles.quiet}>{words.noChain}</p>;
  }
  return (
    <div className={styles.head}>
      <p>{words.sealed(seen.records, seen.links)}</p>
      <p className={styles.hash}>
        <span className={styles.quiet}>{words.head}</span> <code>{seen.head}</code>
      </p>
      <div className={styles.go}>
        <CopyButton text={`${seen.links} ${seen.head}`}>{words.copyHead}</CopyButton>
        <span className={styles.quiet}>{words.headAt(moment(seen.head_at))}</span>
      </div>
    </div>
  );
}

function Checked({ seen: { last_check: last } }: { seen: Records }) {
  if (last === null) return <p className={styles.quiet}>{words.neverChecked}</p>;
  if (last.ok) {
    return (
      <p>
        <State tone="good">{words.good}</State>{' '}
        <span className={styles.quiet}>{words.checkedGood(moment(last.at), last.records)}</span>
      </p>
    );
  }
  return (
    <div className={styles.faults}>
      <State tone="bad">{words.checkedBad(moment(last.at), last.fault_count)}</State>
      <ul>
        {last.faults.map((fault) => (
          <li key={String(fault.message)}>
            <p>{String(fault.message)}</p>
            <p className={styles.quiet}>{String(fault.action)}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Check({ projectId }: { projectId: string }) {
  const client = useQueryClient();
  const all = useQuery(jobs(projectId));
  const running = all.data?.some((job) => job.kind === 'check' && !isOver(job)) ?? false;
  const waited = useRef(false);
  const start = useMutation({
    mutationFn: () => checkRecords(projectId),
    onSuccess: () => client.invalidateQueries({ queryKey: jobs(projectId).queryKey }),
  });
  useEffect(() => {
    if (waited.current && !running) {
      void client.invalidateQueries({ queryKey: records(projectId).queryKey });
    }
    waited.current = running;
  }, [running, client, projectId]);
  return (
    <>
      {start.error && <Failed error={start.error} />}
      <div>
        <Button busy={start.isPending || running} onClick={() => start.mutate()}>
          {running ? words.checking : words.check}
        </Button>
      </div>
    </>
  );
}
