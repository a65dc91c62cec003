import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openApp, Refused } from '../../tests/app';
import { axeFindings } from '../../tests/axe';
import { leadAnswers } from '../../tests/lead/answers';
import { PROJECT } from '../../tests/lead/project';

afterEach(() => vi.unstubAllGlobals());
beforeEach(() => localStorage.clear());

const AT = `/projects/${PROJECT.id}`;

/** Every page of leads and owners, with something that shows it is there. */
const PAGES: readonly [path: string, sign: string | RegExp][] = [
  ['/', 'Product reviews'],
  ['/projects/new', 'Start from'],
  [AT, /People agree on Positive/],
  [`${AT}/tasks`, 'I hope it holds.'],
  [`${AT}/tasks?task=7`, /Positive and Neutral are tied/],
  [`${AT}/agreement`, 'Pairs of annotators'],
  [`${AT}/guideline`, 'Judge the subject.'],
  [`${AT}/guideline?view=edit`, /^Save as version 3/],
  [`${AT}/guideline?view=changes`, 'Hopes decided'],
  [`${AT}/people`, '250'],
  [`${AT}/queue`, /1,202 annotations wait/],
  [`${AT}/queue?skills=ben`, 'Skills of Ben'],
  [`${AT}/queue?back=ben`, /This cannot be undone/],
  [`${AT}/policy`, 'Everybody annotates every task'],
  [`${AT}/import-export`, 'shop.csv'],
  [`${AT}/import-export?report=j1`, 'text is missing'],
  [`${AT}/records`, 'Labeled without reading.'],
  [`${AT}/settings`, 'Archive this project'],
  ['/people', 'Anybody with the link'],
  ['/people?invite=true', 'Make the link'],
  ['/account', 'nightly'],
];

test.each(PAGES)('%s is there, and axe finds nothing', async (path, sign) => {
  const { container } = await openApp(path, leadAnswers('owner'));
  await screen.findAllByText(sign);
  expect(await axeFindings(container)).toEqual([]);
});

test('the first page says what is true and what to do, in that order', async () => {
  await openApp(AT, leadAnswers('owner'));
  expect(
    await screen.findByRole('heading', { level: 2, name: /On Neutral they do not/ }),
  ).toBeTruthy();
  const steps = within(await screen.findByRole('list')).getAllByRole('link');
  expect(steps.map((step) => step.textContent)).toEqual([
    'Open 12 disagreements',
    'Read 3 questions about the guideline',
    'Label some yourself',
  ]);
  expect(screen.getByText('0.66')).toBeTruthy();
  expect(screen.getByText('[0.61, 0.71]')).toBeTruthy();
});

test('an undefined number is a sentence, never a dash', async () => {
  await openApp(`${AT}/agreement`, leadAnswers('owner'));
  expect(await screen.findByText(/Only one label was used/)).toBeTruthy();
  expect(screen.getAllByText('They have no task in common.')).not.toHaveLength(0);
});

test('people stand by name, and nobody is colored', async () => {
  await openApp(`${AT}/agreement`, leadAnswers('owner'));
  const table = await screen.findByRole('table', { name: 'By annotator' });
  const names = within(table).getAllByRole('rowheader');
  expect(names.map((name) => name.textContent)).toEqual(['Ada', 'Ben']);
  expect(table.querySelector('.bad, .warn, .good')).toBeNull();
});

test('what people write is text, never HTML', async () => {
  const { container } = await openApp(`${AT}/tasks?task=7`, leadAnswers('owner'));
  expect(await screen.findByText('Is a hope praise? <b>R4</b>')).toBeTruthy();
  expect(container.querySelector('b')).toBeNull();
});

test('a reviewer reads, and finds no door that is closed', async () => {
  await openApp(AT, leadAnswers('reviewer'));
  const tabs = within(await screen.findByRole('navigation', { name: 'This project' }));
  expect(tabs.getAllByRole('link').map((tab) => tab.textContent)).toEqual([
    'Overview',
    'Tasks',
    'Agreement',
    'Consensus',
    'Guideline',
    'Records',
  ]);
  expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
});

test('an annotator is told whose page this is, and nothing is asked', async () => {
  const { calls } = await openApp(`${AT}/agreement`, leadAnswers('annotator'));
  expect(await screen.findByText('This page is for those who lead the project')).toBeTruthy();
  expect(calls.map(({ name }) => name)).toEqual(['GET /session']);
});

test('a project that is not there says so and offers to try again', async () => {
  const gone = new Refused(404, 'There is no such project.', { action: 'Check the address.' });
  await openApp(`${AT}/tasks`, leadAnswers('owner', { [`GET ${AT}`]: gone }));
  expect(await screen.findByText('There is no such project.')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
});

test('an empty workspace teaches', async () => {
  const nothing = { 'GET /projects': { items: [], next_cursor: null } };
  await openApp('/', leadAnswers('owner', nothing));
  expect(await screen.findByText('Your first project starts here')).toBeTruthy();
});

test('pausing is done at once and can be taken back', async () => {
  const user = userEvent.setup();
  let state: unknown = 'open';
  const { calls } = await openApp(
    AT,
    leadAnswers('lead', {
      [`PATCH ${AT}`]: (body: unknown) => {
        state = (body as { state: string }).state;
        return { ...PROJECT, state };
      },
    }),
  );
  await user.click(await screen.findByRole('button', { name: 'Pause' }));
  await user.click(await screen.findByRole('button', { name: /Undo/ }));
  const sent = calls.filter(({ name }) => name.startsWith('PATCH'));
  expect(sent.map(({ body }) => body)).toEqual([{ state: 'paused' }, { state: 'open' }]);
  expect(sent.every(({ csrf }) => csrf === 'token')).toBe(true);
});

test('a guideline that somebody else changed meanwhile is not saved over in silence', async () => {
  const user = userEvent.setup();
  const answers = leadAnswers('lead');
  const { calls } = await openApp(`${AT}/guideline?view=edit`, answers);
  await user.type(await screen.findByRole('textbox', { name: 'Rule R1' }), ' Always.');
  answers[`GET ${AT}/guideline`] = { ...(answers[`GET ${AT}/guideline`] as object), version: 3 };
  await user.click(screen.getByRole('button', { name: 'Save as version 3' }));
  expect(await screen.findByText('Somebody saved version 3 while you were writing.')).toBeTruthy();
  expect(calls.some(({ name }) => name.startsWith('PUT'))).toBe(false);
});
