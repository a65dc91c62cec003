import { useMutation, useQueryClient } from '@tanstack/react-query';
import { changeProject, project } from '../../api/lead/projects';
import type { Body } from '../../api/server';

/** Changes a project; everywhere it is shown, the change is seen. */
export function useChangeProject(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body['ChangeProject']) => changeProject(projectId, body),
    onSuccess: (changed) => {
      client.setQueryData(project(projectId).queryKey, changed);
      void client.invalidateQueries({ queryKey: ['project-list'] });
    },
  });
}
