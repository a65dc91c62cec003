import { count, counted } from '../../ui/format';

export const words = {
  title: 'Guideline',
  views: { read: 'Read', edit: 'Edit', changes: 'Changes' },
  version: (n: number) => `Version ${count(n)}`,
  by: (who: string | null, when: string) => (who ? `${who}, ${when}` : when),
  edit: 'Edit the guideline',
  statement: 'What is asked',
  labels: 'Labels',
  definition: 'Definition',
  positive: 'Belongs',
  negative: 'Looks alike, does not belong',
  rules: 'Rules',
  edgeCases: 'Edge cases',
  constraints: 'Every answer keeps to this',
  escalation: 'When no rule decides',
  missing: 'Not said yet.',

  gaps: 'What it does not say yet',
  noGaps:
    'Nothing is missing: each label has a definition and examples for and against, and there are rules, edge cases and a way out.',
  gapHint: 'Annotators differ where the guideline is silent.',
  questions: 'Questions from annotators',
  noQuestions:
    'Nobody has asked yet. When an annotator marks a task as “guideline unclear”, the question stands here with its text.',
  task: (id: number) => `Task ${id}`,
  onRule: (rule: string) => `about ${rule}`,
  inVersion: (n: number) => `version ${count(n)}`,
  more: 'Show more questions',

  editLead:
    'Plain text throughout. Saving makes a new version; answers keep the version they were given under.',
  statementHint: 'One or two sentences: what to judge, and from whose view.',
  addExample: 'Add an example',
  example: (n: number) => `Example ${count(n)}`,
  remove: 'Remove',
  ruleText: 'Rule',
  addRule: 'Add a rule',
  caseText: 'Case',
  caseDecision: 'Decision',
  addCase: 'Add an edge case',
  constraintsHint:
    'What holds for every answer: how many labels, what may be looked up, how long to think.',
  escalationHint: 'What to do when no rule decides: flag, skip, whom to ask.',
  note: 'What changed, and why',
  noteHint: 'It stands in the changelog, and annotators see it.',
  save: (n: number) => `Save as version ${count(n)}`,
  discard: 'Discard changes',
  unchanged: 'Nothing has changed yet.',
  found: 'These changes were kept in this browser. They are not saved yet.',
  outdated: (n: number) => `Somebody saved version ${count(n)} while you were writing.`,
  outdatedAction:
    'Your text is kept here. Compare it with the new version before you save over it.',
  saveAnyway: 'Save mine as the newest',

  changesLead:
    'Each version is kept for ever. What is struck out was taken away, what is underlined was added.',
  compare: 'Compare',
  with: 'with',
  newest: 'newest',
  onlyOne: 'There is one version so far, so there is nothing to compare.',
  same: 'These two versions say the same.',
  unchangedLines: (n: number) => counted(n, 'unchanged line'),
};
