import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openApp } from '../../../tests/app';
import { axeFindings } from '../../../tests/axe';
import { leadAnswers } from '../../../tests/lead/answers';
import { PROJECT } from '../../../tests/lead/project';
import { effectWords, selectionWords } from './revert_words';

afterEach(() => vi.unstubAllGlobals());
beforeEach(() => localStorage.clear());

const AT = `/projects/${PROJECT.id}`;

test('nothing is set aside before its numbers were seen and its reason was given', async () => {
  const user = userEvent.setup();
  const { container } = await openApp(`${AT}/records`, leadAnswers('owner'));
  const look = await screen.findByRole('button', { name: 'Preview' });
  expect(look).toHaveProperty('disabled', true);
  await user.click(await screen.findByRole('checkbox', { name: /Ben/ }));
  await user.click(look);
  expect(await screen.findByText(/250 annotations on 249 tasks would be set aside/)).toBeTruthy();
  expect(screen.getByText(/Nobody else labels here/)).toBeTruthy();
  expect(screen.getByText('shop.jsonl')).toBeTruthy();
  const apply = screen.getByRole('button', { name: 'Set 250 annotations aside' });
  expect(apply).toHaveProperty('disabled', true);
  await user.type(screen.getByLabelText('Reason'), 'Too fast.');
  expect(apply).toHaveProperty('disabled', false);
  expect(await axeFindings(container)).toEqual([]);
});

test('a reviewer sees what was set aside, and cannot', async () => {
  await openApp(`${AT}/records`, leadAnswers('reviewer'));
  expect(await screen.findByText('Labeled without reading.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Restore' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Preview' })).toBeNull();
});

test('a restore asks for its reason', async () => {
  const user = userEvent.setup();
  await openApp(`${AT}/records`, leadAnswers('owner'));
  await user.click(await screen.findByRole('button', { name: 'Restore' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(dialog.getByRole('button', { name: 'Restore' })).toHaveProperty('disabled', true);
});

test('the history of a task is told with old and new answers', async () => {
  const user = userEvent.setup();
  await openApp(`${AT}/tasks?task=7`, leadAnswers('owner'));
  await user.click(await screen.findByText('History'));
  const told = (await screen.findAllByRole('listitem')).map((one) => one.textContent);
  expect(told.some((text) => /Corrected.*Neutral.*Positive.*Ben/.test(text))).toBe(true);
  expect(told.some((text) => /Set aside.*Labeled without reading\..*Mira/.test(text))).toBe(true);
  expect(told.some((text) => /Decidedasked_once_more.*the policy/.test(text))).toBe(true);
});

test('selections and effects are told in words', () => {
  expect(
    selectionWords({ selection: { task_ids: [1, 2], guideline_versions: [3] }, people: [] }),
  ).toBe('guideline version 3 · on 2 tasks');
  expect(effectWords({ kept: 2, taken: 1 })).toBe(
    '2 kept aside: the slot has somebody else · 1 in force again',
  );
});
