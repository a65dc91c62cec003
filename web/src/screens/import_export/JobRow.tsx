import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import {
  cancelJob,
  fileAddress,
  isOver,
  jobs,
  type FileFormat,
  type Job,
} from '../../api/lead/jobs';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { count, moment, percent } from '../../ui/format';
import { AnchorButton } from '../../ui/LinkButton';
import { ProblemNote } from '../../ui/ProblemNote';
import { State, type Tone } from '../../ui/State';
import { Failed } from '../parts/Loaded';
import styles from './ImportExport.module.css';
import { jobResult, jobTitle, notedIn, refusedIn, stepOf } from './job_words';
import { NotesReport } from './NotesReport';
import { RefusedReport } from './RefusedReport';
import { words } from './words';

interface Props {
  projectId: string;
  job: Job;
  formats: readonly FileFormat[];
  reportOpen: boolean;
  onReport: (open: boolean) => void;
}

const TONES: Readonly<Record<Job['state'], Tone>> = {
  waiting: 'plain',
  running: 'plain',
  done: 'good',
  failed: 'bad',
  canceled: 'plain',
};

/** One import or export: what, how far, and what came of it. */
export function JobRow({ projectId, job, formats, reportOpen, onReport }: Props) {
  const { name, details } = jobTitle(job, formats);
  const refused = refusedIn(job);
  const noted = notedIn(job);
  const [notesOpen, setNotesOpen] = useState(false);
  useNewsOf(projectId, job);
  return (
    <li className={styles.job}>
      <div className={styles.about}>
        <p dir="auto">{name}</p>
        <p className={styles.quiet}>
          {[details, moment(job.created_at)].filter(Boolean).join(' · ')}
        </p>
      </div>
      <div className={styles.result}>
        <State tone={TONES[job.state]} icon={isOver(job) ? undefined : 'waiting'}>
          {words.states[job.state]}
        </State>
        {isOver(job) ? (
          <span className={styles.quiet}>{jobResult(job)}</span>
        ) : (
          <Progress job={job} />
        )}
      </div>
      <div className={styles.actions}>
        {!isOver(job) && <Cancel projectId={projectId} job={job} />}
        {job.kind === 'export' && job.state === 'done' && (
          <AnchorButton icon="download" href={fileAddress(projectId, job.id)} download>
            {words.download}
          </AnchorButton>
        )}
        {refused > 0 && (
          <Button aria-expanded={reportOpen} onClick={() => onReport(!reportOpen)}>
            {reportOpen ? words.hideReport : words.report(refused)}
          </Button>
        )}
        {noted > 0 && (
          <Button aria-expanded={notesOpen} onClick={() => setNotesOpen(!notesOpen)}>
            {notesOpen ? words.hideNotes : words.notes(noted)}
          </Button>
        )}
      </div>
      {job.problem && <JobProblem problem={job.problem} />}
      {notesOpen && <NotesReport projectId={projectId} jobId={job.id} />}
      {reportOpen && <RefusedReport projectId={projectId} jobId={job.id} />}
    </li>
  );
}

/** Rows are counted; while the file is only being checked, its length is in bytes, which tell nobody anything. */
function Progress({ job }: { job: Job }) {
  const total = job.total ?? 0;
  if (total === 0) return <span className={styles.quiet}>{stepOf(job)}</span>;
  const far =
    job.step === 'checking'
      ? percent(job.progress / total)
      : `${count(job.progress)} of ${count(total)}`;
  return (
    <div className={styles.sending}>
      <span>{stepOf(job)}</span>
      <span>{far}</span>
      <progress aria-label={stepOf(job)} value={job.progress} max={total} />
    </div>
  );
}

/** When a job ends while one looks, what hangs on it is read again, and it is said. */
function useNewsOf(projectId: string, job: Job) {
  const client = useQueryClient();
  const before = useRef(job.state);
  useEffect(() => {
    if (before.current === job.state) return;
    before.current = job.state;
    if (!isOver(job)) return;
    announce(`${words.kinds[job.kind]}: ${words.states[job.state]}. ${jobResult(job)}`);
    void client.invalidateQueries({ queryKey: ['project', projectId] });
  }, [job, projectId, client]);
}

function Cancel({ projectId, job }: { projectId: string; job: Job }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelJob(projectId, job.id),
    onSuccess: () => client.invalidateQueries({ queryKey: jobs(projectId).queryKey }),
  });
  return (
    <>
      {cancel.error && <Failed error={cancel.error} />}
      <Button title={words.canceled} busy={cancel.isPending} onClick={() => cancel.mutate()}>
        {words.cancel}
      </Button>
    </>
  );
}

function JobProblem({ problem }: { problem: Record<string, unknown> }) {
  const text = (key: string) => (typeof problem[key] === 'string' ? problem[key] : '');
  return (
    <div className={styles.problem}>
      <ProblemNote what={text('detail') || text('title')} action={text('action')} />
    </div>
  );
}
