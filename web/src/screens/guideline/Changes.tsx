import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { guidelineVersion, guidelineVersions } from '../../api/lead/guideline';
import type { View } from '../../api/server';
import { SelectField } from '../../ui/Field';
import { moment } from '../../ui/format';
import { Loaded } from '../parts/Loaded';
import { Comparison } from './Comparison';
import styles from './Guideline.module.css';
import { comparedVersions, type GuidelineView } from './view';
import { words } from './words';

interface Props {
  projectId: string;
  newest: number;
  view: Extract<GuidelineView, { kind: 'changes' }>;
}

/** The changelog, and any two versions compared. */
export function Changes({ projectId, newest, view }: Props) {
  const list = useQuery(guidelineVersions(projectId));
  const navigate = useNavigate();
  const chosen = comparedVersions(newest, view);
  const go = (next: { from: number; to: number }) =>
    void navigate({
      to: '/projects/$projectId/guideline',
      params: { projectId },
      search: { view: 'changes', ...next },
      replace: true,
      resetScroll: false,
    });
  return (
    <Loaded query={list} lines={[60, 80, 70]}>
      {(versions) => (
        <div className={styles.columns}>
          <div className={styles.comparison}>
            {newest === 1 ? (
              <p className={styles.quiet}>{words.onlyOne}</p>
            ) : (
              <>
                <p className={styles.quiet}>{words.changesLead}</p>
                <div className={styles.pickers}>
                  <VersionPicker
                    label={words.compare}
                    versions={versions}
                    value={chosen.from}
                    onChange={(from) => go({ ...chosen, from })}
                  />
                  <VersionPicker
                    label={words.with}
                    versions={versions}
                    value={chosen.to}
                    onChange={(to) => go({ ...chosen, to })}
                  />
                </div>
                <TwoVersions projectId={projectId} {...chosen} />
              </>
            )}
          </div>
          <ol className={styles.changelog} reversed start={newest}>
            {versions.map((version) => (
              <li key={version.version}>
                <h3>{words.version(version.version)}</h3>
                {version.note && <p dir="auto">{version.note}</p>}
                <p className={styles.quiet}>
                  {words.by(version.created_by, moment(version.created_at))}
                </p>
              </li>
            ))}
          </ol>
        </div>
      )}
    </Loaded>
  );
}

interface PickerProps {
  label: string;
  versions: readonly View['GuidelineVersion'][];
  value: number;
  onChange: (version: number) => void;
}

const VersionPicker = ({ label, versions, value, onChange }: PickerProps) => (
  <SelectField
    label={label}
    value={String(value)}
    onChange={(version) => onChange(Number(version))}
    options={versions.map(({ version }) => ({
      value: String(version),
      title: words.version(version),
    }))}
  />
);

function TwoVersions({ projectId, from, to }: { projectId: string; from: number; to: number }) {
  const [before, after] = useQueries({
    queries: [guidelineVersion(projectId, from), guidelineVersion(projectId, to)],
  });
  return (
    <Loaded query={before}>
      {(old) => (
        <Loaded query={after}>
          {(fresh) => <Comparison before={old.document} after={fresh.document} />}
        </Loaded>
      )}
    </Loaded>
  );
}
