import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { policyVersion, policyVersions, type PolicyVersion } from '../../api/lead/policy';
import type { Policy } from '../../api/lead/quality';
import { Button } from '../../ui/Button';
import { moment } from '../../ui/format';
import { Part } from '../../ui/Part';
import { State } from '../../ui/State';
import { offerUndo } from '../../ui/Undo';
import { Loaded } from '../parts/Loaded';
import { ChangeList } from './ChangeList';
import styles from './Policy.module.css';
import { words } from './words';

interface Props {
  projectId: string;
  /** The version in force. */
  current: number;
  draft: Policy;
  onLoad: (policy: Policy) => void;
}

/** The policy's history, newest first: who, when, why, and what changed. An earlier one can be put back. */
export function VersionsPart({ projectId, current, draft, onLoad }: Props) {
  const query = useQuery(policyVersions(projectId));
  const client = useQueryClient();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const open = Number(search.version);
  const show = (version: number | null) =>
    void navigate({
      to: '/projects/$projectId/policy',
      params: { projectId },
      search: version === null ? {} : { version },
      replace: true,
      resetScroll: false,
    });
  const load = async (version: number) => {
    const { document } = await client.query(policyVersion(projectId, version));
    onLoad(document);
    offerUndo(words.loaded(version), () => onLoad(draft));
  };
  return (
    <Part id="versions" title={words.versions} lead={words.versionsLead}>
      <Loaded query={query} lines={[60, 80]}>
        {(versions) => (
          <ol className={styles.versions} reversed>
            {versions.map((version) => (
              <li key={version.version}>
                <Version
                  projectId={projectId}
                  version={version}
                  current={version.version === current}
                  open={version.version === open}
                  onOpen={(on) => show(on ? version.version : null)}
                  onLoad={() => void load(version.version)}
                />
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Part>
  );
}

interface VersionProps {
  projectId: string;
  version: PolicyVersion;
  current: boolean;
  open: boolean;
  onOpen: (open: boolean) => void;
  onLoad: () => void;
}

function Version({ projectId, version, current, open, onOpen, onLoad }: VersionProps) {
  const number = version.version;
  return (
    <>
      <div className={styles.line}>
        <h3>{words.version(number)}</h3>
        {current && <State icon="check">{words.current}</State>}
      </div>
      {version.note && <p dir="auto">{version.note}</p>}
      <p className={styles.quiet}>{words.by(version.created_by, moment(version.created_at))}</p>
      <div className={styles.line}>
        <Button look="quiet" aria-expanded={open} onClick={() => onOpen(!open)}>
          {words.whatChanged}
          <span className="sr-only"> {words.version(number)}</span>
        </Button>
        {!current && (
          <Button look="quiet" icon="undo" onClick={onLoad}>
            {words.load(number)}
          </Button>
        )}
      </div>
      {open && <Difference projectId={projectId} version={number} />}
    </>
  );
}

function Difference({ projectId, version }: { projectId: string; version: number }) {
  const [after, before] = useQueries({
    queries: [
      policyVersion(projectId, version),
      { ...policyVersion(projectId, version - 1), enabled: version > 1 },
    ],
  });
  if (version === 1) return <p className={styles.quiet}>{words.firstVersion}</p>;
  return (
    <Loaded query={before} lines={[60]}>
      {(old) => (
        <Loaded query={after} lines={[60]}>
          {(fresh) => <ChangeList before={old.document} after={fresh.document} />}
        </Loaded>
      )}
    </Loaded>
  );
}
