import { useInfiniteQuery } from '@tanstack/react-query';
import { importNotes } from '../../api/lead/jobs';
import { Button } from '../../ui/Button';
import { count } from '../../ui/format';
import { Loaded } from '../parts/Loaded';
import styles from './ImportExport.module.css';
import { words } from './words';

/** Rows of an import that are no new tasks: which task or line has the same, and what became of them. */
export function NotesReport({ projectId, jobId }: { projectId: string; jobId: string }) {
  const query = useInfiniteQuery(importNotes(projectId, jobId));
  return (
    <div className={styles.report}>
      <Loaded query={query} lines={[80, 70, 75]}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          return (
            <>
              <div className={styles.reportHead}>
                <span className={styles.quiet}>
                  {words.reportOf(rows.length, pages[0]?.total ?? rows.length)}
                </span>
                {query.hasNextPage && (
                  <Button
                    look="quiet"
                    busy={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    {words.moreRows}
                  </Button>
                )}
              </div>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{words.noteLine}</th>
                    <th scope="col">{words.noteTask}</th>
                    <th scope="col">{words.noteWhat}</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.line}>
                      <td>{count(row.line)}</td>
                      <td>{row.task_id ?? ''}</td>
                      <td dir="auto">{row.reason}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </>
          );
        }}
      </Loaded>
    </div>
  );
}
