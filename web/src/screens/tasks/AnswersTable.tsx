import type { Annotation } from '../../api/lead/tasks';
import type { View } from '../../api/server';
import { labelColor } from '../../labels/colors';
import { duration, shortMoment } from '../../ui/durations';
import { share } from '../../ui/format';
import { labelsOf } from '../parts/labels_of';
import { inReadingOrder, labelsIn, outOfForce } from './consensus';
import styles from './TaskPanel.module.css';
import { words } from './words';

interface Props {
  annotations: readonly Annotation[];
  controls: readonly View['ControlView'][];
}

const p = words.panel;

/** One row a person: what, how sure, how long, under which guideline, when. What nobody gave has no column. */
export function AnswersTable({ annotations, controls }: Props) {
  const sure = annotations.some(({ confidence }) => confidence !== null);
  const timed = annotations.some(({ seconds }) => seconds !== null);
  return (
    <section className={styles.part}>
      <h3>{p.answers}</h3>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={p.answers}>
        <table className={styles.answers}>
          <thead>
            <tr>
              <th scope="col">{p.annotator}</th>
              <th scope="col">{p.answer}</th>
              {sure && <th scope="col">{p.confidence}</th>}
              {timed && <th scope="col">{p.seconds}</th>}
              <th scope="col">{p.when}</th>
            </tr>
          </thead>
          <tbody>
            {inReadingOrder(annotations).map((annotation) => {
              const { confidence, seconds, guideline_version: version } = annotation;
              const out = outOfForce(annotation, annotations);
              return (
                <tr key={annotation.id} data-old={out !== null || undefined}>
                  <th scope="row" dir="auto">
                    {annotation.annotator.name}
                    {out && <small>{out}</small>}
                  </th>
                  <td>
                    <Answer annotation={annotation} controls={controls} />
                  </td>
                  {sure && <td>{confidence === null ? p.notSaid : share(confidence)}</td>}
                  {timed && <td>{seconds === null ? p.notSaid : duration(seconds)}</td>}
                  <td>
                    {shortMoment(annotation.made_at ?? annotation.created_at)}
                    <small>
                      {version === null ? p.noGuideline : p.guideline(version)}
                      {annotation.source === 'import' && `, ${p.imported}`}
                    </small>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Answer({ annotation, controls }: { annotation: Annotation; controls: Props['controls'] }) {
  return labelsIn(annotation.answers).map(({ control, labels }) => {
    const own = controls.filter(({ name }) => name === control);
    const offered = labelsOf(own).map(({ label }) => label);
    return labels.map((label) => {
      const choice = own[0]?.choices.find(({ value }) => value === label);
      const color = labelColor(Math.max(offered.indexOf(label), 0), choice?.background ?? null);
      return (
        <span
          key={`${control} ${label}`}
          className={styles.answer}
          style={{ ['--label-color' as string]: color }}
          dir="auto"
        >
          {controls.length > 1 ? `${control}: ${label}` : label}
        </span>
      );
    });
  });
}
