import type { Project, ProjectState as State } from '../../api/lead/projects';
import { Button } from '../../ui/Button';
import { offerUndo } from '../../ui/Undo';
import { Failed } from '../parts/Loaded';
import { useChangeProject } from '../settings/use_change_project';
import { words } from './words';

/** Pauses a project or opens it again; either can be undone at once. */
export function ProjectState({ project: shown }: { project: Project }) {
  const change = useChangeProject(shown.id);
  const set = (state: State) => {
    const before = shown.state;
    const said = state === 'open' ? words.resumed(shown.title) : words.paused(shown.title);
    change.mutate(
      { state },
      { onSuccess: () => offerUndo(said, () => change.mutate({ state: before })) },
    );
  };
  return (
    <>
      {change.error && <Failed error={change.error} />}
      {shown.state === 'open' ? (
        <Button
          look="quiet"
          icon="pause"
          title={words.pauseHint}
          busy={change.isPending}
          onClick={() => set('paused')}
        >
          {words.pause}
        </Button>
      ) : (
        <Button busy={change.isPending} onClick={() => set('open')}>
          {words.resume}
        </Button>
      )}
    </>
  );
}
