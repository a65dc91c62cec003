import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { openApp, Refused, SESSION } from '../../../tests/app';
import { axeFindings } from '../../../tests/axe';

const NOBODY = new Refused(401, 'Nobody is signed in.');
const OWN = { 'GET /my/projects': { items: [] } };

test('nobody signs in at the very address that was asked for', async () => {
  const user = userEvent.setup();
  const answers: Record<string, unknown> = { ...OWN, 'GET /session': NOBODY };
  answers['POST /session'] = SESSION;
  const { calls, container } = await openApp('/', answers);
  await user.type(await screen.findByLabelText('E-mail'), 'mira@example.org');
  await user.type(screen.getByLabelText('Password'), 'right');
  expect(await axeFindings(container)).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  await screen.findByRole('heading', { name: 'Your projects' });
  expect(calls.find((call) => call.name === 'POST /session')?.body).toEqual({
    email: 'mira@example.org',
    password: 'right',
  });
});

test('a wrong password is said in a sentence, and the e-mail stays', async () => {
  const user = userEvent.setup();
  const wrong = new Refused(401, 'The e-mail or the password is not right.', {
    action: 'Check both.',
  });
  await openApp('/sign-in', { 'GET /session': NOBODY, 'POST /session': wrong });
  await user.type(await screen.findByLabelText('E-mail'), 'mira@example.org');
  await user.type(screen.getByLabelText('Password'), 'wrong');
  await user.keyboard('{Enter}');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Check both.');
  expect(screen.getByLabelText<HTMLInputElement>('E-mail').value).toBe('mira@example.org');
});

test('a sign-in link is posted once and leaves the address', async () => {
  const answers = { ...OWN, 'GET /session': NOBODY, 'POST /session/link': SESSION };
  const { calls } = await openApp('/sign-in#link=one-time', answers);
  await screen.findByRole('heading', { name: 'Your projects' });
  expect(globalThis.location.hash).toBe('');
  const posts = calls.filter((call) => call.name === 'POST /session/link');
  expect(posts.map((call) => call.body)).toEqual([{ token: 'one-time' }]);
});

test('a used link says so and offers the password', async () => {
  const user = userEvent.setup();
  const used = new Refused(401, 'This link was used.');
  await openApp('/sign-in#link=used', { 'GET /session': NOBODY, 'POST /session/link': used });
  await screen.findByText('This link was used.');
  await user.click(screen.getByRole('button', { name: 'Sign in with a password' }));
  await screen.findByLabelText('Password');
});

test('an invitation says to what, and asks only for what is needed', async () => {
  const user = userEvent.setup();
  const invitation = {
    workspace_name: 'Demo',
    role: 'annotator',
    email: null,
    needs_email: true,
    project_titles: ['Reviews'],
  };
  const answers = {
    ...OWN,
    'GET /session': NOBODY,
    'POST /invitations/preview': invitation,
    'POST /invitations/accept': SESSION,
  };
  const { calls, container } = await openApp('/invitation#token=inv', answers);
  await screen.findByRole('heading', { name: 'Join Demo' });
  expect(globalThis.location.hash).toBe('');
  expect(await axeFindings(container)).toEqual([]);
  await user.type(screen.getByLabelText('Your name'), 'Mira Okafor');
  await user.type(screen.getByLabelText('E-mail'), 'mira@example.org');
  await user.click(screen.getByRole('button', { name: 'Join' }));
  await screen.findByRole('heading', { name: 'Your projects' });
  expect(calls.find((call) => call.name === 'POST /invitations/accept')?.body).toEqual({
    token: 'inv',
    name: 'Mira Okafor',
    email: 'mira@example.org',
  });
});

test('an address that leads nowhere says so', async () => {
  const { container } = await openApp('/no/such/page', { 'GET /session': SESSION });
  await screen.findByRole('heading', { name: 'There is no page at this address' });
  expect(await axeFindings(container)).toEqual([]);
});

test('a server that cannot be reached is no sign-out', async () => {
  await openApp('/', { 'GET /session': new Refused(503, 'Busy for a moment.') });
  await screen.findByText('Busy for a moment.');
  await waitFor(() => expect(screen.queryByLabelText('Password')).toBeNull());
});
