import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { labelConfig } from '../../api/lead/label_config';
import { task } from '../../api/lead/tasks';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { useKeys } from '../../ui/keys';
import { Loaded } from '../parts/Loaded';
import { useWide } from '../parts/use_wide';
import { Consensus } from './Consensus';
import { QueueTools } from './QueueTools';
import styles from './TaskPanel.module.css';
import { words } from './words';

interface Props {
  projectId: string;
  taskId: number;
  onClose: () => void;
  onStep: (by: 1 | -1) => void;
}

/** One task beside the table; where there is no room beside, over it. */
export function TaskPanel(props: Props) {
  const wide = useWide('72rem');
  const title = words.panel.title(props.taskId);
  if (wide) return <Beside {...props} />;
  return (
    <Dialog title={title} place="side" onClose={props.onClose}>
      <Steps onStep={props.onStep} />
      <Content {...props} />
    </Dialog>
  );
}

function Beside(props: Props) {
  const { taskId, onClose, onStep } = props;
  const panel = useRef<HTMLElement>(null);
  useKeys([
    {
      id: 'panel.close',
      keys: ['escape'],
      title: words.panel.close,
      group: words.title,
      run: onClose,
    },
  ]);
  useEffect(() => {
    panel.current?.scrollTo({ top: 0 });
  }, [taskId]);
  return (
    <aside ref={panel} className={styles.panel} aria-label={words.panel.title(taskId)} tabIndex={0}>
      <header className={styles.head}>
        <h2>{words.panel.title(taskId)}</h2>
        <Steps onStep={onStep} />
        <Button look="quiet" icon="close" iconOnly onClick={onClose}>
          {words.panel.close}
        </Button>
      </header>
      <Content {...props} />
    </aside>
  );
}

function Steps({ onStep }: Pick<Props, 'onStep'>) {
  return (
    <span className={styles.steps}>
      <Button look="quiet" icon="up" shortcut="k" iconOnly="narrow" onClick={() => onStep(-1)}>
        {words.panel.previous}
      </Button>
      <Button look="quiet" icon="down" shortcut="j" iconOnly="narrow" onClick={() => onStep(1)}>
        {words.panel.next}
      </Button>
    </span>
  );
}

function Content({ projectId, taskId }: Props) {
  const query = useQuery(task(projectId, taskId));
  const config = useQuery(labelConfig(projectId));
  return (
    <div className={styles.content} aria-busy={query.isFetching}>
      <Loaded query={query} lines={[96, 92, 60, 100, 100, 100]}>
        {(shown) => <Consensus key={taskId} task={shown} controls={config.data?.controls ?? []} />}
      </Loaded>
      {query.data && (
        <QueueTools projectId={projectId} taskIds={[taskId]} out={query.data.state === 'out'} />
      )}
    </div>
  );
}
