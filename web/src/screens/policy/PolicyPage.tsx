import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { labelConfig } from '../../api/lead/label_config';
import { queue } from '../../api/lead/queue';
import { policy, type Policy } from '../../api/lead/quality';
import type { View } from '../../api/server';
import { Part } from '../../ui/Part';
import { labelsOf } from '../parts/labels_of';
import { Loaded } from '../parts/Loaded';
import { useProjectId } from '../parts/use_project_id';
import { useVersionDraft } from '../parts/use_version_draft';
import { ActivatePart } from './ActivatePart';
import { ChangeList } from './ChangeList';
import { EffectLine } from './EffectLine';
import { EffectPart } from './EffectPart';
import { JobLine } from './JobLine';
import { MarksContext } from './marks';
import { OverlapGroup } from './OverlapGroup';
import styles from './Policy.module.css';
import { PresetsPart } from './PresetsPart';
import { QueuesGroup } from './QueuesGroup';
import { RulesGroup } from './RulesGroup';
import type { KnownWords } from './settings';
import * as simple from './SimpleGroups';
import { StagesGroup } from './StagesGroup';
import { usePreview } from './use_preview';
import { VersionsPart } from './VersionsPart';
import { words } from './words';

/** How often, to whom, in which order and for how long tasks go out; each change with its effect beside it. */
export function PolicyPage() {
  const projectId = useProjectId();
  const query = useQuery(policy(projectId));
  return (
    <Loaded query={query} lines={[40, 90, 100, 100, 80, 100]}>
      {(current) => <Inside key={projectId} projectId={projectId} current={current} />}
    </Loaded>
  );
}

function Inside({ projectId, current }: { projectId: string; current: View['PolicyView'] }) {
  const draft = useVersionDraft<Policy>(`policy.${projectId}`, current.version, current.document);
  const run = usePreview(projectId, draft.content);
  const known = useKnownWords(projectId, draft.content);
  const settings = {
    policy: draft.content,
    set: (patch: Partial<Policy>) => draft.set({ ...draft.content, ...patch }),
  };
  return (
    <MarksContext value={run.marks}>
      <div className={styles.page}>
        <div className={styles.main}>
          <header className={styles.head}>
            <h2 data-page-title tabIndex={-1}>
              {words.title}
            </h2>
            <p className={styles.quiet}>{words.lead(current.version)}</p>
          </header>
          <Job projectId={projectId} />
          <Contents />
          <PresetsPart policy={draft.content} onLoad={draft.set} />
          <OverlapGroupAndRest settings={settings} known={known} />
        </div>
        <div className={styles.beside}>
          <div className={styles.scrolling} role="group" aria-label={words.effect} tabIndex={0}>
            <EffectPart run={run} changed={draft.changed} />
            {draft.changed && (
              <Part title={words.changes}>
                <ChangeList before={current.document} after={draft.content} />
              </Part>
            )}
          </div>
          <ActivatePart projectId={projectId} current={current} draft={draft} run={run} />
        </div>
        <VersionsPart
          projectId={projectId}
          current={current.version}
          draft={draft.content}
          onLoad={draft.set}
        />
        {draft.changed && <EffectLine run={run} />}
      </div>
    </MarksContext>
  );
}

type RestProps = { settings: Parameters<typeof OverlapGroup>[0]; known: KnownWords };

const OverlapGroupAndRest = ({ settings, known }: RestProps) => (
  <>
    <OverlapGroup {...settings} />
    <RulesGroup {...settings} known={known} />
    <QueuesGroup {...settings} known={known} />
    <StagesGroup {...settings} known={known} />
    <simple.OrderGroup {...settings} />
    <simple.LeasesGroup {...settings} />
    <simple.SkipsGroup {...settings} />
    <simple.CapsGroup {...settings} />
    <simple.SessionsGroup {...settings} />
    <simple.BackupGroup {...settings} />
    <simple.QualityGroup {...settings} />
    <simple.PriceGroup {...settings} />
  </>
);

/** The parts of this long page, each a press away. */
const Contents = () => (
  <nav className={styles.contents} aria-label={words.sections}>
    {Object.entries(words.groups).map(([id, { title }]) => (
      <a key={id} href={`#${id}`}>
        {title}
      </a>
    ))}
    <a href="#versions">{words.versions}</a>
  </nav>
);

function Job({ projectId }: { projectId: string }) {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  if (typeof search.job !== 'string') return null;
  return (
    <JobLine
      projectId={projectId}
      jobId={search.job}
      onHide={() =>
        void navigate({
          to: '/projects/$projectId/policy',
          params: { projectId },
          search: {},
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}

/** What fields may offer: the labels and fields of the config, the skills that people and queues have. */
function useKnownWords(projectId: string, document: Policy): KnownWords {
  const config = useQuery(labelConfig(projectId)).data;
  const people = useQuery({ ...queue(projectId), refetchInterval: false }).data?.people ?? [];
  const skills = [
    ...people.flatMap((one) => Object.keys(one.skills)),
    ...document.queues.flatMap((one) => one.skills),
  ];
  return {
    fields: config?.data_keys ?? [],
    labels: [...new Set(labelsOf(config?.controls ?? []).map(({ label }) => label))],
    skills: [...new Set(skills)].sort(),
  };
}
