import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { jobs, type FileFormat } from '../../api/lead/jobs';
import { Part } from '../../ui/Part';
import { Loaded } from '../parts/Loaded';
import styles from './ImportExport.module.css';
import { JobRow } from './JobRow';
import { words } from './words';

interface Props {
  projectId: string;
  kind: 'import' | 'export';
  formats: readonly FileFormat[];
}

/** Imports or exports, newest first, with what each did. A report that is open stands in the address. */
export function History({ projectId, kind, formats }: Props) {
  const query = useQuery(jobs(projectId));
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const show = (report: string | null) =>
    void navigate({
      to: '/projects/$projectId/import-export',
      params: { projectId },
      search: report === null ? {} : { report },
      resetScroll: false,
    });
  return (
    <Part title={words.history[kind]}>
      <Loaded query={query} lines={[90, 80]}>
        {(all) => {
          const items = all.filter((job) => job.kind === kind);
          if (items.length === 0) return <p className={styles.quiet}>{words.noHistory[kind]}</p>;
          return (
            <ul className={styles.jobs}>
              {items.map((job) => (
                <JobRow
                  key={job.id}
                  projectId={projectId}
                  job={job}
                  formats={formats}
                  reportOpen={search.report === job.id}
                  onReport={(open) => show(open ? job.id : null)}
                />
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Part>
  );
}
