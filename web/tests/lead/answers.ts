import type { Role } from '../../src/api/types';
import { SESSION, type Answers } from '../app';
import { AGREEMENT } from './agreement';
import { GUIDELINE } from './guideline';
import { LABEL_CONFIG, POLICY, PROJECT } from './project';
import { PRESET, PREVIEW, QUEUE } from './queue';
import { HISTORY, PREVIEW as REVERT_PREVIEW, RECORDS, REVERT } from './records';
import { FLAG, person, TASK, taskRow } from './tasks';
import { FORMATS, JOB, list, member, TEMPLATE } from './workspace';

/** The answers to everything that the pages of leads ask. */
export function leadAnswers(role: Role, more: Answers = {}): Answers {
  const at = `/projects/${PROJECT.id}`;
  return {
    'GET /session': { ...SESSION, role, workspaces: [{ id: 'wsp_1', name: 'Demo', role }] },
    'GET /projects': list([PROJECT]),
    'GET /templates': { items: [TEMPLATE] },
    'POST /label-configs/check': { ...LABEL_CONFIG, sample: { text: 'An example.' } },
    'GET /formats': { items: FORMATS },
    'GET /people': list([
      member('per_1', 'Mira Okafor', 'owner'),
      member('ben', 'Ben', 'annotator', false),
    ]),
    'GET /invitations': {
      items: [
        {
          id: 'i1',
          role: 'lead',
          email: null,
          project_ids: [],
          created_at: '2026-11-20T09:00:00Z',
          expires_at: '2026-11-27T09:00:00Z',
          state: 'open',
        },
      ],
    },
    'GET /tokens': {
      items: [
        {
          id: 't1',
          name: 'nightly',
          scopes: ['read'],
          created_at: '2026-11-20T09:00:00Z',
          expires_at: null,
          last_used_at: null,
          state: 'open',
        },
      ],
    },
    [`GET ${at}`]: PROJECT,
    [`GET ${at}/progress`]: {
      task_count: 1240,
      done_count: 310,
      annotation_count: 620,
      annotations_to_come: 1204,
      disagreement_count: 12,
      flag_count: 3,
      days: [{ day: '2026-11-21', annotations: 600 }],
    },
    [`GET ${at}/policy`]: POLICY,
    'GET /policy-presets': { items: [PRESET] },
    [`POST ${at}/policy/preview`]: PREVIEW,
    [`GET ${at}/policy/versions`]: { items: [POLICY] },
    [`GET ${at}/policy/versions/1`]: POLICY,
    [`GET ${at}/queue`]: QUEUE,
    [`GET ${at}/label-config`]: LABEL_CONFIG,
    [`GET ${at}/agreement`]: AGREEMENT,
    [`GET ${at}/guideline`]: GUIDELINE,
    [`GET ${at}/guideline/versions`]: {
      items: [GUIDELINE, { ...GUIDELINE, version: 1, note: '' }],
    },
    [`GET ${at}/guideline/versions/2`]: GUIDELINE,
    [`GET ${at}/guideline/versions/1`]: {
      ...GUIDELINE,
      version: 1,
      document: { ...GUIDELINE.document, rules: [{ id: 'R1', text: 'Judge the topic.' }] },
    },
    [`GET ${at}/flags`]: list([FLAG]),
    [`GET ${at}/records`]: RECORDS,
    [`GET ${at}/reverts`]: list([REVERT]),
    [`POST ${at}/reverts/preview`]: REVERT_PREVIEW,
    [`GET ${at}/tasks/7/history`]: list(HISTORY),
    [`GET ${at}/seats`]: {
      items: [
        {
          person: person('ben', 'Ben'),
          role: 'annotator',
          active: true,
          submitted: 250,
          skipped: 2,
          flags: 1,
          median_seconds: 9.5,
        },
      ],
    },
    [`GET ${at}/tasks`]: {
      ...list([taskRow(7, 'I hope it holds.'), taskRow(8, '=1+1')]),
      total: 1240,
    },
    [`GET ${at}/tasks/7`]: TASK,
    [`GET ${at}/jobs`]: { items: [JOB] },
    [`GET ${at}/jobs/j1/refused`]: {
      ...list([{ line: 3, field: 'text', reason: 'text is missing' }]),
      total: 1,
    },
    ...more,
  };
}
