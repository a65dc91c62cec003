import type { Template } from '../../api/lead/projects';
import type { Body, View } from '../../api/server';
import { labelsOf, type Named } from '../parts/labels_of';
import type { BasicPolicy } from '../policy/overlap_words';
import { STARTER } from './new_words';

/** What is written on the page of a new project. */
export interface Form {
  /** Id of a template; empty for an own label config. */
  template: string;
  title: string;
  description: string;
  /** null: the template's own. */
  labelConfig: string | null;
  policy: BasicPolicy;
}

/** Two answers on a fifth of the tasks: agreement can be measured, at a fifth more work. */
export const FIRST_POLICY: BasicPolicy = {
  annotations_per_task: 2,
  overlap_share: 0.2,
  order: 'random',
};

export const emptyForm = (template: string): Form => ({
  template,
  title: '',
  description: '',
  labelConfig: null,
  policy: FIRST_POLICY,
});

export const labelConfigOf = (form: Form, template: Template | undefined): string =>
  form.labelConfig ?? template?.label_config ?? STARTER;

/** Another starting point; what was typed elsewhere stays. */
export const startingFrom = (form: Form, template: string): Form => ({
  ...form,
  template,
  labelConfig: null,
});

/** The template's guideline for the labels that there are: the server refuses any other. */
export function guidelineFor(
  template: Template | undefined,
  controls: readonly Named[],
): View['GuidelineDocument'] | null {
  if (!template) return null;
  const wanted = new Set(
    labelsOf(controls).map(({ control, label }) => `${control}\u0000${label}`),
  );
  const { guideline } = template;
  return {
    ...guideline,
    labels: guideline.labels.filter(({ control, label }) => wanted.has(`${control}\u0000${label}`)),
  };
}

/** The request that creates it. */
export function newProject(
  form: Form,
  template: Template | undefined,
  guideline: View['GuidelineDocument'] | null,
  fullPolicy: Body['Policy'],
): Body['NewProject'] {
  return {
    title: form.title.trim(),
    description: form.description.trim(),
    label_config: labelConfigOf(form, template),
    guideline,
    policy: { ...fullPolicy, ...form.policy },
  };
}

/** The server's own defaults for what the page of a new project does not ask. */
export const DEFAULT_POLICY: Body['Policy'] = {
  ...FIRST_POLICY,
  lease_seconds: 1800,
  undo_seconds: 900,
  ask_confidence: false,
  agreement_target: 0.7,
  agreement_warning: 0.6,
  full_coverage: false,
  break_minutes: 10,
  break_required: false,
  backup_called: false,
};
