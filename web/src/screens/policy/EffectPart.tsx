import type { PolicyPreview } from '../../api/lead/policy';
import { Button } from '../../ui/Button';
import { count } from '../../ui/format';
import { Part } from '../../ui/Part';
import { ProblemNote } from '../../ui/ProblemNote';
import { Late, Skeleton } from '../../ui/Skeleton';
import { Notice } from '../../ui/State';
import styles from './Effect.module.css';
import { effectRows, hasRange, rangeText } from './effect_words';
import { fieldOf, placeOf } from './marks';
import type { DryRun } from './use_preview';
import { words } from './words';

/** The dry run: what is to come now and with the draft, and what it cannot reach. */
export function EffectPart({ run, changed }: { run: DryRun; changed: boolean }) {
  const { preview, problem } = run;
  return (
    <Part
      id="effect"
      title={changed ? words.effect : words.effectNow}
      lead={run.counting ? words.counting : words.effectLead}
    >
      <div className={styles.effect} aria-busy={run.counting}>
        {run.incomplete && <Notice>{words.incomplete}</Notice>}
        {problem && <Refused run={run} />}
        {preview ? (
          <div className={styles.effect} data-old={run.counting || run.incomplete || undefined}>
            <Numbers preview={preview} changed={changed} />
            <Sentences preview={preview} changed={changed} />
            <Warnings preview={preview} />
            <Targets preview={preview} />
          </div>
        ) : (
          !problem &&
          !run.incomplete && (
            <Late>
              <Skeleton widths={[100, 100, 80, 90]} />
            </Late>
          )
        )}
      </div>
    </Part>
  );
}

function Refused({ run: { problem, again } }: { run: DryRun }) {
  if (!problem) return null;
  return (
    <ProblemNote what={problem.message} action={problem.action}>
      {problem.field ? (
        <FieldLink field={problem.field} />
      ) : (
        problem.passes && <Button onClick={again}>Try again</Button>
      )}
    </ProblemNote>
  );
}

/** To the part of the page where a setting stands. */
function FieldLink({ field }: { field: string }) {
  const place = placeOf(fieldOf(field));
  return place && <a href={`#${place}`}>{words.showField}</a>;
}

function Numbers({ preview, changed }: { preview: PolicyPreview; changed: boolean }) {
  return (
    <table className={styles.numbers}>
      <caption className="sr-only">{words.effect}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{words.now}</th>
          {changed && <th scope="col">{words.then}</th>}
        </tr>
      </thead>
      <tbody>
        {effectRows(preview).map(({ id, title, now, then }) => (
          <tr key={id} data-same={now === then || undefined}>
            <th scope="row">{title}</th>
            <td>{now}</td>
            {changed && <td>{then}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Sentences({ preview, changed }: { preview: PolicyPreview; changed: boolean }) {
  const { tasks, tasks_changed, based_on, beyond, people } = preview;
  const said = [
    tasks === 0 ? words.noTasks : changed && words.changed(tasks_changed, tasks),
    people > 0 && words.people(people),
    hasRange(preview) && words.rangeWhy,
    beyond > 0 && words.beyond(beyond),
    based_on < tasks && words.basedOn(based_on, tasks),
  ].filter((one) => one !== false);
  return (
    <div className={styles.sentences}>
      {said.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  );
}

function Warnings({ preview: { warnings } }: { preview: PolicyPreview }) {
  if (warnings.length === 0) return null;
  return (
    <section className={styles.warnings} aria-label={words.warnings}>
      <h3>{words.warnings}</h3>
      <ul>
        {warnings.map(({ field, message }) => (
          <li key={field + message}>
            <Notice tone="warn" icon="warn">
              {message} <FieldLink field={field} />
            </Notice>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Targets({ preview: { targets } }: { preview: PolicyPreview }) {
  if (targets.length === 0) return null;
  const heads = words.targetHeads;
  return (
    <details className={styles.targets}>
      <summary>{words.targets}</summary>
      <table className={styles.numbers}>
        <caption className="sr-only">{words.targets}</caption>
        <thead>
          <tr>
            <th scope="col">{heads.queue}</th>
            <th scope="col">{heads.target}</th>
            <th scope="col">{heads.tasks}</th>
          </tr>
        </thead>
        <tbody>
          {targets.map(({ target, queue, tasks }) => (
            <tr key={`${queue}:${target}`}>
              <th scope="row" dir="auto">
                {queueName(queue)}
              </th>
              <td>{rangeText({ least: target, most: target })}</td>
              <td>{count(tasks)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

const queueName = (queue: string): string =>
  queue === '' ? words.open : queue.startsWith('@') ? words.byName : queue;
