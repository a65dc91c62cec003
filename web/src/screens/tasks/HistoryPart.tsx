import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { taskHistory, type HistoryEntry } from '../../api/lead/records';
import { Button } from '../../ui/Button';
import { moment } from '../../ui/format';
import { Loaded } from '../parts/Loaded';
import styles from './HistoryPart.module.css';
import { answerText, entryWords, versionWords } from './history';
import { words } from './history_words';

/** Everything that happened to the task, once somebody wants to know. */
export function HistoryPart({ projectId, taskId }: { projectId: string; taskId: number }) {
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.history} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.title}</summary>
      {open && <Entries projectId={projectId} taskId={taskId} />}
    </details>
  );
}

function Entries({ projectId, taskId }: { projectId: string; taskId: number }) {
  const query = useInfiniteQuery(taskHistory(projectId, taskId));
  return (
    <Loaded query={query} lines={[70, 50, 60]}>
      {({ pages }) => (
        <>
          <ol className={styles.entries}>
            {pages
              .flatMap((page) => page.items)
              .map((entry, place) => (
                <Entry key={`${entry.at} ${entry.kind} ${place}`} entry={entry} />
              ))}
          </ol>
          {query.hasNextPage && (
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {words.more}
            </Button>
          )}
        </>
      )}
    </Loaded>
  );
}

function Entry({ entry }: { entry: HistoryEntry }) {
  const { what, details } = entryWords(entry);
  const versions = versionWords(entry.versions);
  const has = (answer: unknown) => answer !== null && answer !== undefined;
  return (
    <li>
      <p className={styles.what}>
        <span>{what}</span>
        {has(entry.old) && (
          <span dir="auto" className={has(entry.new) ? styles.old : undefined}>
            <span className="sr-only">{words.from} </span>
            {answerText(entry.old)}
          </span>
        )}
        {has(entry.new) && (
          <span dir="auto">
            <span className="sr-only">{words.to} </span>
            {answerText(entry.new)}
          </span>
        )}
      </p>
      {details && <p dir="auto">{details}</p>}
      <p className={styles.quiet} title={versions}>
        {[entry.person?.name ?? (entry.kind === 'decided' ? words.by : ''), moment(entry.at)]
          .filter(Boolean)
          .join(' · ')}
        {entry.new !== null && versions && ` · ${versions}`}
      </p>
    </li>
  );
}
