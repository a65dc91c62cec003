import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { labelConfig } from '../../api/lead/label_config';
import { seats } from '../../api/lead/people';
import { taskPage } from '../../api/lead/tasks';
import { useSession } from '../../shell/session';
import { useKeys } from '../../ui/keys';
import { labelsOf } from '../parts/labels_of';
import { Loaded } from '../parts/Loaded';
import { may } from '../parts/may';
import { useProjectId } from '../parts/use_project_id';
import { ChosenBar } from './ChosenBar';
import { Filters } from './Filters';
import { NoTasks } from './NoTasks';
import { Paging } from './Paging';
import { neighbor } from './place';
import type { Known } from './suggestions';
import { TaskPanel } from './TaskPanel';
import styles from './Tasks.module.css';
import { TasksTable } from './TasksTable';
import { TasksTools } from './TasksTools';
import { usePlace } from './use_place';
import { words } from './words';

/** The tasks of a project in a table; one opens beside it. All of it stands in the address. */
export function Tasks() {
  const projectId = useProjectId();
  const ways = usePlace();
  const { place } = ways;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const query = useQuery({
    ...taskPage(projectId, place.filter, place.after),
    placeholderData: keepPreviousData,
  });
  const known = useKnown(projectId);
  const ids = query.data?.items.map(({ id }) => id) ?? [];
  const step = (by: 1 | -1) => {
    const next = neighbor(ids, place.task, by);
    if (next !== null) ways.open(next);
  };
  useKeys([
    {
      id: 'tasks.next',
      keys: ['j'],
      title: words.panel.next,
      group: words.title,
      run: () => step(1),
    },
    {
      id: 'tasks.previous',
      keys: ['k'],
      title: words.panel.previous,
      group: words.title,
      run: () => step(-1),
    },
  ]);
  return (
    <div className={styles.page} data-wide={place.task !== null || undefined}>
      <h2 className="sr-only" data-page-title tabIndex={-1}>
        {words.title}
      </h2>
      <div className={styles.main}>
        <Filters filter={place.filter} known={known} onChange={ways.filterBy} />
        <Loaded query={query} lines={[100, 96, 98, 90, 97, 93, 99, 95]}>
          {(page) =>
            page.items.length === 0 ? (
              <>
                <NoTasks place={place} projectId={projectId} page={page} />
                {page.next_cursor !== null && (
                  <Paging ways={ways} next={page.next_cursor} busy={query.isFetching} />
                )}
              </>
            ) : (
              <>
                <TasksTools page={page} place={place} chosen={chosen} onHide={ways.hide} />
                <TasksTable page={page} ways={ways} chosen={chosen} onChoose={setChosen} />
                <p className={styles.hint}>{words.pickHint}</p>
                <Paging ways={ways} next={page.next_cursor} busy={query.isFetching} />
              </>
            )
          }
        </Loaded>
        <ChosenBar projectId={projectId} chosen={chosen} onClear={() => setChosen(new Set())} />
      </div>
      {place.task !== null && (
        <TaskPanel
          projectId={projectId}
          taskId={place.task}
          onClose={() => ways.open(null)}
          onStep={step}
        />
      )}
    </div>
  );
}

/** What the filters can be made of: the labels of the config, the people of the project. */
function useKnown(projectId: string): Known {
  const { role } = useSession();
  const config = useQuery(labelConfig(projectId));
  const people = useQuery({ ...seats(projectId), enabled: may(role, 'seePeople') });
  const labels = labelsOf(config.data?.controls ?? []).map(({ label }) => label);
  return {
    labels: [...new Set(labels)],
    people: (people.data ?? []).map(({ person }) => person),
  };
}
