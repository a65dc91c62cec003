import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { isOver } from '../../api/lead/jobs';
import { job, type AnyJob } from '../../api/lead/policy';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';
import { ProgressLine } from '../../ui/ProgressLine';
import { State } from '../../ui/State';
import styles from './Policy.module.css';
import { words } from './words';

interface Props {
  projectId: string;
  jobId: string;
  onHide: () => void;
}

/** How far the tasks are brought under the new policy; its job stands in the address. */
export function JobLine({ projectId, jobId, onHide }: Props) {
  const { data } = useQuery(job(projectId, jobId));
  useEndOf(projectId, data);
  // An old address may name a job that is gone; there is nothing to say about it.
  if (!data) return null;
  return (
    <section className={styles.job} aria-label={words.jobTitle}>
      {!isOver(data) && (
        <>
          <p>{words.jobRunning}</p>
          {data.total === null || data.total === 0 ? (
            <p className={styles.quiet}>{words.jobWaiting}</p>
          ) : (
            <ProgressLine label={words.jobTasks} done={data.progress} total={data.total} />
          )}
        </>
      )}
      {data.state === 'done' && (
        <div className={styles.line}>
          <State tone="good">
            <span className={styles.wraps}>{doneText(data)}</span>
          </State>
          <Button look="quiet" onClick={onHide}>
            {words.jobHide}
          </Button>
        </div>
      )}
      {(data.state === 'failed' || data.state === 'canceled') && (
        <ProblemNote what={words.jobFailed} action={textIn(data, 'action')} />
      )}
    </section>
  );
}

const numberIn = ({ outcome }: AnyJob, key: string): number => {
  const value = outcome?.[key];
  return typeof value === 'number' ? value : 0;
};

const textIn = ({ problem }: AnyJob, key: string): string => {
  const value = problem?.[key];
  return typeof value === 'string' ? value : '';
};

const doneText = (data: AnyJob) =>
  words.jobDone(numberIn(data, 'changed'), numberIn(data, 'tasks'));

/** When it ends while one looks, the numbers are read again, and it is said. */
function useEndOf(projectId: string, data: AnyJob | undefined) {
  const client = useQueryClient();
  const before = useRef(data?.state);
  useEffect(() => {
    if (!data || before.current === data.state) return;
    const known = before.current !== undefined;
    before.current = data.state;
    if (!isOver(data)) return;
    if (known || data.state === 'done') announce(doneText(data));
    void client.invalidateQueries({
      queryKey: ['project', projectId],
      predicate: ({ queryKey }) => queryKey[2] !== 'job',
    });
  }, [data, projectId, client]);
}
