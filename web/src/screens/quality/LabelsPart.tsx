import { Link } from '@tanstack/react-router';
import type { Agreement } from '../../api/lead/quality';
import { CopyButton } from '../../ui/CopyButton';
import { percent } from '../../ui/format';
import { IntervalAxis, IntervalBar } from '../../ui/IntervalBar';
import { Part } from '../../ui/Part';
import styles from './Agreement.module.css';
import { Figure } from './Figure';
import { labelsCsv } from './tables';
import { words } from './words';

/** Which labels people understand in the same way, and which not. */
export function LabelsPart({ agreement, projectId }: { agreement: Agreement; projectId: string }) {
  const most = Math.max(1, ...agreement.by_label.map(({ n_annotations }) => n_annotations));
  return (
    <Part
      title={words.labels}
      lead={words.labelsLead}
      tools={<CopyButton text={labelsCsv(agreement)}>{words.copy}</CopyButton>}
    >
      <table className={styles.table} aria-label={words.labels}>
        <thead>
          <tr>
            <th scope="col">{words.label}</th>
            <th scope="col">{words.specific}</th>
            <th scope="col" className={styles.axis}>
              <span className="sr-only">{words.interval}</span>
              <IntervalAxis />
            </th>
            <th scope="col">{words.alpha}</th>
            <th scope="col">{words.used}</th>
          </tr>
        </thead>
        <tbody>
          {agreement.by_label.map(
            ({ label, share, n_annotations, specific_agreement: own, alpha }) => (
              <tr key={label}>
                <th scope="row" dir="auto">
                  <Link
                    to="/projects/$projectId/tasks"
                    params={{ projectId }}
                    search={{ label, disagreeing: true, sort: '-disagreement' }}
                  >
                    {label}
                  </Link>
                </th>
                <td data-name={words.specific} colSpan={own.value === null ? 2 : 1}>
                  <Figure estimate={own} />
                </td>
                {own.value !== null && (
                  <td className={styles.axis}>
                    <IntervalBar
                      value={own.value}
                      low={own.low}
                      high={own.high}
                      n={n_annotations}
                      most={most}
                      label={label}
                    />
                  </td>
                )}
                <td data-name={words.alpha}>
                  <Figure estimate={alpha} />
                </td>
                <td data-name={words.used} className={styles.rests}>
                  {words.usedHow(percent(share), n_annotations)}
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </Part>
  );
}
