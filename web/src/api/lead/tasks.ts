import { queryOptions } from '@tanstack/react-query';
import { given, sent, server, type View } from '../server';

export type TaskRow = View['TaskRow'];
export type TaskPage = View['TaskPage'];
export type Task = View['TaskView'];
export type Annotation = View['AnnotationView'];

/** What can be asked of the table of tasks; empty strings ask nothing. */
export interface TaskFilter {
  state: '' | TaskRow['state'];
  disagreeing: boolean;
  label: string;
  annotator: string;
  q: string;
  sort: TaskSort;
}
export type TaskSort = 'id' | '-id' | '-disagreement' | 'annotations' | '-annotations';

export const PAGE_ROWS = 100;

export const taskPage = (projectId: string, filter: TaskFilter, cursor: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'tasks', filter, cursor],
    queryFn: () => {
      const query = given({ ...filter, cursor, limit: PAGE_ROWS });
      const path = { project_id: projectId };
      return sent(server.GET('/api/v1/projects/{project_id}/tasks', { params: { path, query } }));
    },
  });

/** The tasks that people answered most differently, worst first. */
export const worstTasks = (projectId: string, rows: number) =>
  queryOptions({
    queryKey: ['project', projectId, 'worst', rows],
    queryFn: async () => {
      const query = { disagreeing: true, sort: '-disagreement', limit: rows };
      const path = { project_id: projectId };
      return sent(server.GET('/api/v1/projects/{project_id}/tasks', { params: { path, query } }));
    },
  });

export const task = (projectId: string, taskId: number) =>
  queryOptions({
    queryKey: ['project', projectId, 'task', taskId],
    queryFn: () =>
      sent(
        server.GET('/api/v1/projects/{project_id}/tasks/{task_id}', {
          params: { path: { project_id: projectId, task_id: taskId } },
        }),
      ),
  });
