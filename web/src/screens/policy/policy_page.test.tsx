import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openApp, Refused } from '../../../tests/app';
import { axeFindings } from '../../../tests/axe';
import { leadAnswers } from '../../../tests/lead/answers';
import { POLICY, PROJECT } from '../../../tests/lead/project';
import { PREVIEW } from '../../../tests/lead/queue';
import type { View } from '../../api/server';

afterEach(() => vi.unstubAllGlobals());
beforeEach(() => localStorage.clear());

const AT = `/projects/${PROJECT.id}`;
const RICH: View['PolicyView'] = {
  ...POLICY,
  document: {
    ...POLICY.document,
    adaptive: { confidence: 0.95, most: 5, audit_share: 0.1 },
    queues: [{ name: 'experts', skills: ['law'] }],
    rules: [
      {
        where: { topic: ['law', 5] },
        annotations_per_task: 4,
        overlap_share: null,
        priority: 1,
        queue: 'experts',
      },
    ],
    stages: [
      {
        name: 'First',
        annotations: null,
        queue: '',
        next: [
          {
            to: 'Last',
            when: {
              label: ['Positive'],
              agreement_below: 0.5,
              confidence_below: null,
              share: 0.5,
            },
          },
        ],
      },
      { name: 'Last', annotations: 1, queue: 'experts', next: [] },
    ],
    session_minutes: 60,
  },
};

test('every kind of setting is there, and axe finds nothing', async () => {
  const { container } = await openApp(
    `${AT}/policy?version=1`,
    leadAnswers('owner', { [`GET ${AT}/policy`]: RICH }),
  );
  const flow = await screen.findByRole('table', { name: 'The way of a task' });
  expect(flow.textContent).toContain(
    'the majority is Positive and agreement is below 0.5, a random 50 %',
  );
  expect(
    screen.getByText('1. topic is law or 5 → 4 annotations, priority +1, queue experts'),
  ).toBeTruthy();
  expect(await axeFindings(container)).toEqual([]);
});

test('a change is counted anew, and what is refused is said at its setting', async () => {
  const user = userEvent.setup();
  const refusal = new Refused(422, 'The stages go in a circle: A → B → A.', {
    field: 'policy.stages',
    action: 'Take one of these steps out.',
  });
  const { calls } = await openApp(
    `${AT}/policy`,
    leadAnswers('owner', {
      [`POST ${AT}/policy/preview`]: (body: unknown) =>
        (body as { document: View['Policy'] }).document.full_coverage
          ? refusal
          : { ...PREVIEW, based_on: 200 },
    }),
  );
  expect(await screen.findByText(/Counted on 200 of 1,240 tasks/)).toBeTruthy();
  await user.click(screen.getByRole('checkbox', { name: 'Everybody annotates every task' }));
  const stages = within(screen.getByRole('region', { name: 'Stages' }));
  expect(await stages.findByText(/The stages go in a circle/)).toBeTruthy();
  const activate = screen.getByRole<HTMLButtonElement>('button', {
    name: 'Put version 2 in force',
  });
  expect(activate.disabled).toBe(true);
  expect(calls.some(({ name }) => name.startsWith('PUT'))).toBe(false);
});

test('half a rule is not sent, and the others are not asked about it', async () => {
  const user = userEvent.setup();
  const { calls } = await openApp(`${AT}/policy`, leadAnswers('owner'));
  await screen.findByText(/A range depends on the answers/);
  const before = calls.length;
  await user.click(screen.getByRole('button', { name: 'Add a rule' }));
  expect(screen.getByText('Say which tasks are meant: add a field and its values.')).toBeTruthy();
  await new Promise((done) => setTimeout(done, 600));
  expect(calls.slice(before).filter(({ name }) => name.endsWith('/preview'))).toEqual([]);
});

test('a limit that is out of bounds is said and not taken', async () => {
  const user = userEvent.setup();
  await openApp(`${AT}/policy`, leadAnswers('owner'));
  const field = await screen.findByRole('spinbutton', { name: 'One person in all' });
  await user.type(field, '-5');
  expect(screen.getByText('A whole number from 1 to 1,000,000,000.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: /in force$/ })).toBeNull();
  await user.clear(field);
  await user.type(field, '500');
  expect(await screen.findByRole('button', { name: 'Put version 2 in force' })).toBeTruthy();
});
