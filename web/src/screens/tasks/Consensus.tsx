import type { Task } from '../../api/lead/tasks';
import type { View } from '../../api/server';
import { moment, share } from '../../ui/format';
import { AnswersTable } from './AnswersTable';
import { counted, majoritySentence } from './consensus';
import styles from './TaskPanel.module.css';
import { words } from './words';

interface Props {
  task: Task;
  controls: readonly View['ControlView'][];
}

/** Everything that was said of a task, side by side. */
export function Consensus({ task, controls }: Props) {
  const n = counted(task.annotations).length;
  const many = controls.length > 1;
  return (
    <div className={styles.consensus}>
      <TaskData data={task.data} />
      <div className={styles.majority}>
        {task.majority.map((majority) => (
          <p key={majority.control}>
            {many && words.panel.inControl(majority.control)}
            {majoritySentence(
              majority,
              task,
              n,
              controls.some((one) => one.name === majority.control && one.multiple),
            )}
          </p>
        ))}
        {n === 0 && task.majority.length === 0 && <p>{words.panel.none}</p>}
        {task.disagreement !== null && (
          <p className={styles.quiet} title={words.panel.disagreementHint}>
            {`${words.panel.disagreement(share(task.disagreement))} · ${words.ofTarget(n, task.target)}`}
          </p>
        )}
        {task.being_labeled_by.length > 0 && (
          <p className={styles.quiet}>
            {words.panel.now(task.being_labeled_by.map(({ name }) => name).join(', '))}
          </p>
        )}
      </div>
      {task.annotations.length > 0 && (
        <AnswersTable annotations={task.annotations} controls={controls} />
      )}
      <Notes task={task} />
      <p className={styles.quiet}>
        {words.panel.created(
          moment(task.created_at),
          task.line === null ? '' : words.panel.line(task.line),
        )}
        {task.key !== null && ` · ${words.panel.key(task.key)}`}
      </p>
      <Raw task={task} />
    </div>
  );
}

function TaskData({ data }: { data: Task['data'] }) {
  const entries = Object.entries(data);
  return (
    <dl className={styles.data}>
      {entries.map(([key, value]) => (
        <div key={key}>
          <dt className={entries.length === 1 ? 'sr-only' : undefined}>{key}</dt>
          <dd dir="auto">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Notes({ task }: { task: Task }) {
  return (
    <>
      {task.flags.length > 0 && (
        <section className={styles.part}>
          <h3>{words.panel.flags}</h3>
          <ul className={styles.notes}>
            {task.flags.map((flag) => (
              <li key={flag.id}>
                <p dir="auto">{flag.note}</p>
                <span className={styles.quiet}>
                  {[
                    flag.person.name,
                    flag.rule && words.panel.rule(flag.rule),
                    words.panel.version(flag.guideline_version),
                    moment(flag.created_at),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {task.skips.length > 0 && (
        <section className={styles.part}>
          <h3>{words.panel.skips}</h3>
          <ul className={styles.notes}>
            {task.skips.map((skip) => (
              <li key={`${skip.person.id} ${skip.created_at}`}>
                <p dir="auto">{[skip.reason, skip.note].filter(Boolean).join(': ')}</p>
                <span
                  className={styles.quiet}
                >{`${skip.person.name} · ${moment(skip.created_at)}`}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Raw({ task }: { task: Task }) {
  const { annotations, ...rest } = task;
  return (
    <details className={styles.raw}>
      <summary>{words.panel.raw}</summary>
      <pre dir="ltr" tabIndex={0}>
        {JSON.stringify({ ...rest, annotations }, null, 2)}
      </pre>
    </details>
  );
}
