import { useQuery } from '@tanstack/react-query';
import { progress, project } from '../../api/lead/projects';
import { agreement, policy } from '../../api/lead/quality';
import { useSession } from '../../shell/session';
import { DayBars } from '../../ui/DayBars';
import { lastDays } from '../../ui/day_bars';
import { Part } from '../../ui/Part';
import { ProgressLine } from '../../ui/ProgressLine';
import { Notice } from '../../ui/State';
import { Loaded } from '../parts/Loaded';
import { useProjectId } from '../parts/use_project_id';
import { lookFirst } from './look_first';
import { LookFirst } from './LookFirst';
import styles from './Overview.module.css';
import { Verdict } from './Verdict';
import { words } from './words';

const DAYS = 30;

/** The lead's first page: what is true, in a sentence; the numbers behind it; what to do. */
export function Overview() {
  const projectId = useProjectId();
  const { role } = useSession();
  const about = useQuery(project(projectId));
  const work = useQuery(progress(projectId));
  const quality = useQuery(agreement(projectId, ''));
  const rules = useQuery(policy(projectId));
  return (
    <div className={styles.overview}>
      {about.data?.notice && <Notice>{about.data.notice}</Notice>}
      <Loaded query={quality} lines={[90, 70, 24, 24]}>
        {(shown) => (
          <Verdict agreement={shown} projectId={projectId} policy={rules.data?.document} />
        )}
      </Loaded>
      <Loaded query={work} lines={[30, 100, 100, 100]}>
        {(shown) => (
          <>
            {about.data && rules.data && (
              <LookFirst
                projectId={projectId}
                steps={lookFirst({
                  project: about.data,
                  progress: shown,
                  policy: rules.data.document,
                  role,
                })}
              />
            )}
            {shown.task_count > 0 && (
              <div className={styles.columns}>
                <Part title={words.howFar}>
                  <ProgressLine
                    label={words.tasksDone}
                    done={shown.done_count}
                    total={shown.task_count}
                  />
                  <p className={styles.quiet}>{words.toCome(shown.annotations_to_come)}</p>
                </Part>
                <Part title={words.byDay} lead={words.byDayHint}>
                  <DayBars
                    unit="annotation"
                    days={lastDays(
                      shown.days.map(({ day, annotations }) => ({ day, count: annotations })),
                      new Date().toISOString().slice(0, 10),
                      DAYS,
                    )}
                  />
                </Part>
              </div>
            )}
          </>
        )}
      </Loaded>
    </div>
  );
}
