import { LinkButton } from '../../ui/LinkButton';
import { Part } from '../../ui/Part';
import type { Step } from './look_first';
import styles from './Overview.module.css';
import { words } from './words';

/** What to do next, the most useful first: that one is the page's main action. */
export function LookFirst({ projectId, steps }: { projectId: string; steps: readonly Step[] }) {
  return (
    <Part title={words.lookFirst}>
      {steps.length === 0 && <p className={styles.quiet}>{words.nothingToDo}</p>}
      <ol className={styles.steps}>
        {steps.map((step, place) => (
          <li key={step.id}>
            <p>{step.why}</p>
            <StepButton step={step} projectId={projectId} main={place === 0} />
          </li>
        ))}
      </ol>
    </Part>
  );
}

function StepButton({ step, projectId, main }: { step: Step; projectId: string; main: boolean }) {
  const shared = {
    params: { projectId },
    look: main ? 'main' : 'plain',
    children: step.button,
  } as const;
  switch (step.to) {
    case 'import':
      return <LinkButton to="/projects/$projectId/import-export" {...shared} />;
    case 'people':
      return <LinkButton to="/projects/$projectId/people" {...shared} />;
    case 'disagreements':
      return (
        <LinkButton
          to="/projects/$projectId/tasks"
          search={{ disagreeing: true, sort: '-disagreement' }}
          {...shared}
        />
      );
    case 'questions':
      return <LinkButton to="/projects/$projectId/guideline" hash="questions" {...shared} />;
    case 'policy':
      return <LinkButton to="/projects/$projectId/policy" {...shared} />;
    case 'label':
      return <LinkButton to="/projects/$projectId/label" {...shared} />;
  }
}
