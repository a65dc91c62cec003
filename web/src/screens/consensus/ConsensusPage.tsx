import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import {
  consensus,
  consensusFile,
  type Consensus,
  type ConsensusChoice,
} from '../../api/lead/consensus';
import { useSession } from '../../shell/session';
import { EmptyState } from '../../ui/EmptyState';
import { SelectField } from '../../ui/Field';
import { moment } from '../../ui/format';
import { AnchorButton } from '../../ui/LinkButton';
import { Loaded } from '../parts/Loaded';
import { may } from '../parts/may';
import { useProjectId } from '../parts/use_project_id';
import styles from '../quality/Agreement.module.css';
import { AnnotatorsPart } from './AnnotatorsPart';
import own from './Consensus.module.css';
import { HowChosen } from './HowChosen';
import { LeastSure } from './LeastSure';
import { sentence } from './sentence';
import { words } from './words';

/** One answer for each task out of everybody's, and how far it can be trusted. */
export function ConsensusPage() {
  const projectId = useProjectId();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const choice = { control: text(search.control), method: text(search.method) };
  const query = useQuery(consensus(projectId, choice));
  return (
    <Loaded query={query} lines={[90, 60, 100, 100, 100]}>
      {(shown) => (
        <div className={styles.page} aria-busy={query.isPlaceholderData}>
          <Head shown={shown} choice={choice} projectId={projectId} />
          {shown.n_tasks === 0 ? (
            <EmptyState title={words.nothingTitle}>
              <p>{words.nothingText}</p>
            </EmptyState>
          ) : (
            <>
              <LeastSure consensus={shown} projectId={projectId} />
              <AnnotatorsPart consensus={shown} />
            </>
          )}
          <HowChosen consensus={shown} />
        </div>
      )}
    </Loaded>
  );
}

interface HeadProps {
  shown: Consensus;
  choice: ConsensusChoice;
  projectId: string;
}

function Head({ shown, choice, projectId }: HeadProps) {
  const navigate = useNavigate();
  const { role } = useSession();
  const choose = (part: Partial<ConsensusChoice>) => {
    const { control, method } = { ...choice, ...part };
    void navigate({
      to: '/projects/$projectId/consensus',
      params: { projectId },
      search: { ...(control && { control }), ...(method && { method }) },
      resetScroll: false,
    });
  };
  return (
    <header className={styles.head}>
      <h2 data-page-title tabIndex={-1} className={styles.summary}>
        {sentence(shown)}
      </h2>
      {shown.n_tasks > 0 && <p>{words.noGold}</p>}
      <p>
        {[
          words.basis(shown.n_tasks, shown.n_annotations, shown.by_annotator.length),
          words.computed(moment(shown.computed_at)),
        ].join(' · ')}
      </p>
      <div className={own.choices}>
        {shown.controls.length > 1 && (
          <SelectField
            label={words.control}
            value={shown.control}
            onChange={(control) => choose({ control })}
            options={shown.controls.map((value) => ({ value, title: value }))}
          />
        )}
        <SelectField
          label={words.method}
          value={choice.method || shown.method}
          onChange={(method) => choose({ method })}
          options={shown.methods.map(({ id, title }) => ({ value: id, title }))}
        />
        {shown.n_tasks > 0 && may(role, 'changeProject') && (
          <AnchorButton icon="download" href={consensusFile(projectId, choice)} download>
            {words.download}
          </AnchorButton>
        )}
      </div>
    </header>
  );
}
