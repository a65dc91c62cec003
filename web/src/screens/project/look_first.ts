import type { Project } from '../../api/lead/projects';
import type { Policy } from '../../api/lead/quality';
import type { View } from '../../api/server';
import type { Role } from '../../api/types';
import { count, counted } from '../../ui/format';
import { may } from '../parts/may';

/** Something to do next: why, and the button that leads there. */
export interface Step {
  id: string;
  why: string;
  button: string;
  to: StepTarget;
}
export type StepTarget = 'import' | 'people' | 'disagreements' | 'questions' | 'policy' | 'label';

interface Facts {
  project: Project;
  progress: View['ProgressView'];
  policy: Policy;
  role: Role;
}

type Rule = (facts: Facts) => Step | null;

const noTasks: Rule = ({ project, role }) =>
  project.task_count === 0 && may(role, 'changeProject')
    ? {
        id: 'import',
        why: 'There is nothing to label yet: a project begins with a file of texts.',
        button: 'Import tasks',
        to: 'import',
      }
    : null;

const alone: Rule = ({ project, role }) =>
  project.annotator_count < 2 && may(role, 'changeProject')
    ? {
        id: 'people',
        why:
          project.annotator_count === 0
            ? 'Nobody is in the project yet.'
            : 'One person alone cannot show how far people agree: it takes two.',
        button: may(role, 'administer') ? 'Invite people' : 'Add people',
        to: 'people',
      }
    : null;

const unmeasured: Rule = ({ policy, project, role }) =>
  policy.annotations_per_task === 1 && project.task_count > 0 && may(role, 'changeProject')
    ? {
        id: 'policy',
        why: 'Each task is answered once, so agreement cannot be measured. A new policy holds for tasks that are added from then on.',
        button: 'Change the policy',
        to: 'policy',
      }
    : null;

const disagreements: Rule = ({ progress }) =>
  progress.disagreement_count > 0
    ? {
        id: 'disagreements',
        why: 'People answered these tasks in different ways. They show what the guideline does not say yet.',
        button: `Open ${counted(progress.disagreement_count, 'disagreement')}`,
        to: 'disagreements',
      }
    : null;

const questions: Rule = ({ progress }) =>
  progress.flag_count > 0
    ? {
        id: 'questions',
        why: 'Annotators stopped where the guideline was unclear, and wrote why.',
        button: `Read ${counted(progress.flag_count, 'question')} about the guideline`,
        to: 'questions',
      }
    : null;

const toCome: Rule = ({ progress, project }) =>
  progress.annotations_to_come > 0 &&
  project.task_count > 0 &&
  project.can_annotate &&
  project.state === 'open'
    ? {
        id: 'label',
        why: `${count(progress.annotations_to_come)} ${progress.annotations_to_come === 1 ? 'annotation is' : 'annotations are'} still to come.`,
        button: 'Label some yourself',
        to: 'label',
      }
    : null;

/** In the order in which they help; the first is the page's main action. */
const RULES: readonly Rule[] = [noTasks, alone, disagreements, questions, unmeasured, toCome];

export const lookFirst = (facts: Facts): Step[] => RULES.flatMap((rule) => rule(facts) ?? []);
