import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { agreement, policy, type Agreement } from '../../api/lead/quality';
import { EmptyState } from '../../ui/EmptyState';
import { RadioRow } from '../../ui/Field';
import { moment } from '../../ui/format';
import { Notice } from '../../ui/State';
import { Loaded } from '../parts/Loaded';
import { useProjectId } from '../parts/use_project_id';
import styles from './Agreement.module.css';
import { AnnotatorsPart } from './AnnotatorsPart';
import { DisagreementsPart } from './DisagreementsPart';
import { HowComputed } from './HowComputed';
import { LabelsPart } from './LabelsPart';
import { MetricsPart } from './MetricsPart';
import { PairsPart } from './PairsPart';
import { firstSentence } from './sentence';
import { words } from './words';

/** How far the answers of people agree: the sentence, the numbers, and where to look. */
export function AgreementPage() {
  const projectId = useProjectId();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const control = typeof search.control === 'string' ? search.control : '';
  const query = useQuery(agreement(projectId, control));
  const rules = useQuery(policy(projectId));
  return (
    <Loaded query={query} lines={[90, 60, 100, 100, 100, 100]}>
      {(shown) => (
        <div className={styles.page}>
          <Head
            agreement={shown}
            projectId={projectId}
            warning={rules.data?.document.agreement_warning ?? 0.6}
          />
          {shown.n_annotations === 0 ? (
            <EmptyState title={words.nothingTitle}>
              <p>{words.nothingText}</p>
            </EmptyState>
          ) : (
            <>
              <MetricsPart
                agreement={shown}
                target={rules.data?.document.agreement_target ?? null}
              />
              <LabelsPart agreement={shown} projectId={projectId} />
              <PairsPart agreement={shown} projectId={projectId} />
              <AnnotatorsPart agreement={shown} projectId={projectId} />
              <DisagreementsPart projectId={projectId} />
            </>
          )}
          <HowComputed metrics={shown.metrics} />
        </div>
      )}
    </Loaded>
  );
}

interface HeadProps {
  agreement: Agreement;
  projectId: string;
  warning: number;
}

function Head({ agreement: shown, projectId, warning }: HeadProps) {
  const navigate = useNavigate();
  const sentence = firstSentence(shown, warning);
  const { n_tasks, n_annotations, n_annotators, guideline_versions } = shown;
  return (
    <header className={styles.head}>
      {shown.controls.length > 1 && (
        <RadioRow
          label={words.control}
          value={shown.control}
          onChange={(control) =>
            void navigate({
              to: '/projects/$projectId/agreement',
              params: { projectId },
              search: control === shown.controls[0] ? {} : { control },
              resetScroll: false,
            })
          }
          options={shown.controls.map((value) => ({ value, title: value }))}
        />
      )}
      <h2 data-page-title tabIndex={-1} className={styles.summary}>
        {sentence}
      </h2>
      {n_annotations > 0 && sentence !== shown.summary && <p>{shown.summary}</p>}
      <p>
        {[
          words.basis(n_tasks, n_annotations, n_annotators),
          words.versions(shown.label_config_version, guideline_versions),
          words.computed(moment(shown.computed_at)),
        ].join(' · ')}
      </p>
      {guideline_versions.length > 1 && <Notice>{words.mixedVersions(guideline_versions)}</Notice>}
    </header>
  );
}
