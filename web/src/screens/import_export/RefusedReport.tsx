import { useInfiniteQuery } from '@tanstack/react-query';
import { refusedAddress, refusedRows } from '../../api/lead/jobs';
import { Button } from '../../ui/Button';
import { AnchorButton } from '../../ui/LinkButton';
import { Loaded } from '../parts/Loaded';
import styles from './ImportExport.module.css';
import { groupRefused, lineRanges } from './refused';
import { words } from './words';

/** Why rows were refused: each reason once, with its lines. The file has every row. */
export function RefusedReport({ projectId, jobId }: { projectId: string; jobId: string }) {
  const query = useInfiniteQuery(refusedRows(projectId, jobId));
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
                <AnchorButton icon="download" href={refusedAddress(projectId, jobId)} download>
                  {words.downloadReport}
                </AnchorButton>
              </div>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{words.lines}</th>
                    <th scope="col">{words.field}</th>
                    <th scope="col">{words.why}</th>
                  </tr>
                </thead>
                <tbody>
                  {groupRefused(rows).map((group) => (
                    <tr key={`${group.field} ${group.lines[0]}`}>
                      <td>{lineRanges(group.lines)}</td>
                      <td>{group.field}</td>
                      <td dir="auto">{group.reason}</td>
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
