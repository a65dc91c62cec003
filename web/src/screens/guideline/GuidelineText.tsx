import type { GuidelineDocument } from '../../api/lead/guideline';
import styles from './Guideline.module.css';
import { words } from './words';

/** The guideline as annotators read it, from the question to the way out. */
export function GuidelineText({ document: shown }: { document: GuidelineDocument }) {
  const controls = new Set(shown.labels.map(({ control }) => control));
  return (
    <article className={styles.text}>
      <Prose title={words.statement} text={shown.statement} />
      <section>
        <h3>{words.labels}</h3>
        {shown.labels.map((label) => (
          <section key={`${label.control} ${label.label}`} className={styles.label}>
            <h4 dir="auto">
              {label.label}
              {controls.size > 1 && <small>{` ${label.control}`}</small>}
            </h4>
            <p dir="auto">{label.definition || <Missing />}</p>
            <Examples title={words.positive} examples={label.positive} />
            <Examples title={words.negative} examples={label.negative} />
          </section>
        ))}
      </section>
      <section>
        <h3>{words.rules}</h3>
        {shown.rules.length === 0 && <Missing />}
        <dl className={styles.rules}>
          {shown.rules.map(({ id, text }) => (
            <div key={id} id={id}>
              <dt>{id}</dt>
              <dd dir="auto">{text}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h3>{words.edgeCases}</h3>
        {shown.edge_cases.length === 0 && <Missing />}
        <dl className={styles.rules}>
          {shown.edge_cases.map((one) => (
            <div key={one.id} id={one.id}>
              <dt>{one.id}</dt>
              <dd dir="auto">
                {one.case}
                <p>{one.decision}</p>
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <Prose title={words.constraints} text={shown.constraints} />
      <Prose title={words.escalation} text={shown.escalation} />
    </article>
  );
}

const Missing = () => <span className={styles.quiet}>{words.missing}</span>;

function Prose({ title, text }: { title: string; text: string }) {
  return (
    <section>
      <h3>{title}</h3>
      <p dir="auto">{text || <Missing />}</p>
    </section>
  );
}

function Examples({ title, examples }: { title: string; examples: readonly string[] }) {
  return (
    <div className={styles.examples}>
      <h5>{title}</h5>
      {examples.length === 0 && <Missing />}
      <ul>
        {examples.map((example, place) => (
          <li key={place} dir="auto">
            {example}
          </li>
        ))}
      </ul>
    </div>
  );
}
