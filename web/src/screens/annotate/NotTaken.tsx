import { useState } from 'react';
import type { Entry } from '../../shell/outbox/entry';
import type { Outbox } from '../../shell/outbox/outbox';
import { Button } from '../../ui/Button';
import styles from './NotTaken.module.css';
import { replaceEarlier } from './refused';
import { words } from './words';
import type { Workbench } from './workbench';

interface Props {
  outbox: Outbox;
  entries: readonly Entry[];
  workbench: Workbench;
}

/** Answers the server did not take: each with the reason, kept until the person decides. */
export function NotTaken({ outbox, entries, workbench }: Props) {
  return (
    <section className={styles.list}>
      <h2>{words.refusedTitle}</h2>
      <p>{words.refusedKept}</p>
      {entries.map((entry) => (
        <NotTakenEntry key={entry.key} entry={entry} outbox={outbox} workbench={workbench} />
      ))}
    </section>
  );
}

function NotTakenEntry({ entry, outbox, workbench }: { entry: Entry } & Omit<Props, 'entries'>) {
  const [problem, setProblem] = useState<string | null>(null);
  const replaces = entry.refused?.code === 'already_submitted' && entry.kind === 'submit';
  const replace = async () => {
    if (!(await replaceEarlier(outbox, entry))) setProblem(words.replaceMissing);
  };
  return (
    <div className={styles.entry}>
      <p className={styles.preview} dir="auto">
        {entry.preview}
      </p>
      <p>
        {entry.refused?.what} {entry.refused?.action}
      </p>
      {problem && <p>{problem}</p>}
      <div className={styles.buttons}>
        {replaces ? (
          <Button onClick={() => void replace()}>{words.replaceEarlier}</Button>
        ) : (
          <Button onClick={() => void outbox.resend(entry)}>{words.resend}</Button>
        )}
        <Button look="quiet" onClick={() => void workbench.giveUp(entry)}>
          {words.discard}
        </Button>
      </div>
    </div>
  );
}
