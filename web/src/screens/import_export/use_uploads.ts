import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useReducer } from 'react';
import { jobs } from '../../api/lead/jobs';
import { asProblem } from '../../api/problem';
import { useSession } from '../../shell/session';
import { afterEvent, nextUpload, type ImportRules, type Upload } from './queue';
import { sendFile } from './upload';

/** Files on their way to the server, one after the other. */
export function useUploads(projectId: string) {
  const [uploads, dispatch] = useReducer(afterEvent, [] as Upload[]);
  const { csrf_token: csrfToken } = useSession();
  const client = useQueryClient();
  const next = nextUpload(uploads);

  useEffect(() => {
    if (!next) return;
    const { id, file, format, rules } = next;
    dispatch({ kind: 'start', id });
    const onSent = (bytes: number) => dispatch({ kind: 'sent', id, bytes });
    sendFile({ projectId, file, format, rules, csrfToken, onSent }).then(
      (job) => {
        dispatch({ kind: 'accepted', id, job });
        client.setQueryData(jobs(projectId).queryKey, (known) => [job, ...(known ?? [])]);
        void client.invalidateQueries({ queryKey: jobs(projectId).queryKey });
      },
      (error: unknown) => dispatch({ kind: 'fail', id, problem: asProblem(error) }),
    );
  }, [next, projectId, csrfToken, client]);

  useLeavingWarning(uploads.some(({ state }) => state !== 'failed'));

  return {
    uploads,
    add: (files: readonly File[], rules: ImportRules) =>
      dispatch({
        kind: 'add',
        uploads: files.map((file) => ({
          id: crypto.randomUUID(),
          file,
          format: '',
          rules,
          state: 'waiting',
          sentBytes: 0,
          problem: null,
        })),
      }),
    again: (id: string, format: string) => dispatch({ kind: 'again', id, format }),
    remove: (id: string) => dispatch({ kind: 'remove', id }),
  };
}

/** What is being sent would be lost with the page: the browser asks before it goes. */
function useLeavingWarning(sending: boolean) {
  useEffect(() => {
    if (!sending) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    globalThis.addEventListener('beforeunload', ask);
    return () => globalThis.removeEventListener('beforeunload', ask);
  }, [sending]);
}
