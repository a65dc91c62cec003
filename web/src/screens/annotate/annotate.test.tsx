import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { openApp, Refused, SESSION, type Answers } from '../../../tests/app';
import { axeFindings } from '../../../tests/axe';

const choice = (value: string) => ({
  value,
  label: value,
  hotkey: null,
  hint: null,
  background: null,
});
const label = (name: string) => ({
  control: 'tone',
  label: name,
  definition: `${name} means ${name}.`,
  positive: [`a ${name} example`],
  negative: [],
});

const WORKBENCH = {
  project: { id: 'p', title: 'Reviews', state: 'open' },
  label_config: {
    version: 1,
    outline: {
      tag: 'View',
      attrs: {},
      children: [
        { tag: 'Text', name: 'text', attrs: {}, value: [{ path: ['text'] }], children: [] },
        { tag: 'Choices', name: 'tone', attrs: {}, children: [] },
      ],
    },
    controls: [
      {
        name: 'tone',
        to_name: ['text'],
        type: 'choices',
        multiple: false,
        required: true,
        choices: [choice('Good'), choice('Bad')],
      },
    ],
  },
  guideline: {
    version: 2,
    document: {
      statement: 'Judge the text.',
      labels: [label('Good'), label('Bad')],
      rules: [{ id: 'R1', text: 'Irony counts.' }],
      edge_cases: [],
      constraints: '',
      escalation: '',
    },
  },
  settings: {
    undo_seconds: 900,
    ask_confidence: true,
    skip_reasons: [{ id: 'unreadable', title: 'I cannot read it' }],
    hold: 2,
  },
  progress: { today: 1, total: 5 },
  notice: null,
};

let run = 0;
let submitted: Record<string, unknown>[];

/** A server whose assignments are new in every test, so that drafts of one do not reach the next. */
function answersOf(more: Answers = {}): Answers {
  run += 1;
  const ids = ['1', '2', '3', '4'].map((n) => `asg_${run}_${n}`);
  const answers: Answers = {
    'GET /session': SESSION,
    'GET /projects/p/workbench': WORKBENCH,
    'GET /projects/p/recent': { items: [] },
    'POST /projects/p/next': ({ count, leave_out }: { count: number; leave_out: string[] }) => ({
      assignments: ids
        .filter((id) => !leave_out.includes(id))
        .slice(0, count)
        .map((id) => ({
          id,
          data: { text: `<i>text</i> of ${id.slice(-1)}` },
          lease_seconds: 600,
          label_config_version: 1,
        })),
      empty: null,
      progress: { today: 1, total: 5 },
    }),
  };
  for (const id of ids) {
    answers[`POST /assignments/${id}/submit`] = (body: Record<string, unknown>) => {
      submitted.push(body);
      return { submission_id: body.submission_id, counted: true, undo_until: null, message: null };
    };
  }
  return { ...answers, ...more };
}

const textShown = () => screen.getByRole('region', { name: 'Task' }).textContent;
const opened = () => screen.findByRole('region', { name: 'Task' });

beforeEach(() => (submitted = []));

test('a task is labeled by two keys, and the next one is there', async () => {
  const user = userEvent.setup();
  const { calls } = await openApp('/projects/p/label', answersOf());
  await opened();
  expect(textShown()).toBe('<i>text</i> of 1');
  await user.keyboard('2{Enter}');
  expect(textShown()).toBe('<i>text</i> of 2');
  await waitFor(() => expect(submitted).toHaveLength(1));
  expect(submitted[0]).toMatchObject({ result: [{ value: { choices: ['Bad'] } }] });
  expect(calls.find((call) => call.name.endsWith('/submit'))?.csrf).toBe('token');
  expect(document.title).toBe('Reviews · Assay');
});

test('Enter without an answer says what is missing', async () => {
  const user = userEvent.setup();
  await openApp('/projects/p/label', answersOf());
  await opened();
  await user.keyboard('{Enter}');
  const answer = screen.getByRole('region', { name: 'Your answer' });
  expect(within(answer).getByText(/^Choose one before you submit/)).toBeTruthy();
});

test('Backspace brings the last one back with its answer, Escape leaves it', async () => {
  const user = userEvent.setup();
  await openApp('/projects/p/label', answersOf());
  await opened();
  await user.keyboard('1{Enter}{Backspace}');
  expect(textShown()).toBe('<i>text</i> of 1');
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Good' }).checked).toBe(true);
  expect(screen.getByText(/earlier answer stands until you submit again/)).toBeTruthy();
  await user.keyboard('{Escape}');
  expect(textShown()).toBe('<i>text</i> of 2');
});

test('confidence is left out unless it is said', async () => {
  const user = userEvent.setup();
  await openApp('/projects/p/label', answersOf());
  await opened();
  await user.keyboard('1{Enter}1++{Enter}');
  await waitFor(() => expect(submitted).toHaveLength(2));
  expect(submitted.map((body) => body.confidence)).toEqual([undefined, 0.6]);
});

test('the guideline is open at the chosen label', async () => {
  const user = userEvent.setup();
  await openApp('/projects/p/label', answersOf());
  await opened();
  const aside = screen.getByRole('complementary', { name: 'Guideline' });
  expect(within(aside).queryByText('a Bad example')).toBeNull();
  await user.keyboard('2');
  expect(within(aside).getByText('a Bad example')).toBeTruthy();
  await user.keyboard('g');
  expect(screen.queryByRole('complementary')).toBeNull();
  await user.keyboard('g');
});

test('a session that ends asks in place, and the answer goes out after it', async () => {
  const user = userEvent.setup();
  let signedIn = true;
  const answers = answersOf({ 'POST /session': () => ((signedIn = true), SESSION) });
  const submit = `POST /assignments/asg_${run}_1/submit`;
  const take = answers[submit] as (body: unknown) => unknown;
  answers[submit] = (body: unknown) => (signedIn ? take(body) : new Refused(401, 'Signed out.'));
  await openApp('/projects/p/label', answers);
  await opened();
  signedIn = false;
  await user.keyboard('1{Enter}');
  const dialog = await screen.findByRole('dialog', { name: 'Sign in to go on' });
  expect(dialog.textContent).toContain('One answer waits');
  await user.type(within(dialog).getByLabelText('Password'), 'right{Enter}');
  await waitFor(() => expect(submitted).toHaveLength(1));
  expect(textShown()).toBe('<i>text</i> of 2');
});

test('an answer that is not taken is shown with its sentence', async () => {
  const user = userEvent.setup();
  const answers = answersOf();
  const refusal = new Refused(422, 'The label is gone.', { action: 'Reload the page.' });
  answers[`POST /assignments/asg_${run}_1/submit`] = refusal;
  await openApp('/projects/p/label', answers);
  await opened();
  await user.keyboard('1{Enter}');
  await user.click(await screen.findByRole('button', { name: /answer not taken/ }));
  expect(screen.getByText('The label is gone. Reload the page.')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Give it up' }));
  await waitFor(() => expect(screen.queryByText(/answer not taken/)).toBeNull());
});

test('no task: why, and whom to ask', async () => {
  const empty = { code: 'all_done', message: 'Ask Lena Brandt for more.' };
  const nothing = { assignments: [], empty, progress: { today: 1, total: 5 } };
  await openApp('/projects/p/label', answersOf({ 'POST /projects/p/next': nothing }));
  await screen.findByText('Ask Lena Brandt for more.');
});

test('a project that may not be opened is a sentence', async () => {
  const closed = new Refused(403, "You don't label in this project.", { action: 'Ask the lead.' });
  await openApp('/projects/p/label', answersOf({ 'GET /projects/p/workbench': closed }));
  await screen.findByText("You don't label in this project.");
});

test('axe finds nothing, with each dialog open too', async () => {
  const user = userEvent.setup();
  await openApp('/projects/p/label', answersOf());
  await opened();
  expect(await axeFindings(document.body)).toEqual([]);
  for (const [key, title] of [
    ['s', 'Skip this task'],
    ['f', 'What is unclear in the guideline?'],
    ['?', 'Keys on this page'],
  ] as const) {
    await user.keyboard(key);
    await screen.findByRole('dialog', { name: title });
    expect(await axeFindings(document.body)).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Close' }));
  }
});
