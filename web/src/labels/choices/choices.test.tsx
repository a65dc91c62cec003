import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { axeFindings } from '../../../tests/axe';
import type { Choice, Control, ResultItem } from '../../api/types';
import { choices } from '.';
import { idOf, itemsOf, missing, pathsOf, press } from './model';

const choice = (value: string, more: Partial<Choice> = {}): Choice => ({
  value,
  label: value,
  hotkey: null,
  hint: null,
  background: null,
  ...more,
});

const control = (more: Partial<Control> = {}): Control => ({
  name: 'tone',
  to_name: ['text'],
  type: 'choices',
  required: true,
  multiple: false,
  choices: [choice('Good'), choice('Neutral'), choice('Bad')],
  ...more,
});

const id = (...path: string[]) => idOf(path);
const NESTED = control({
  choices: [
    choice('Animals', { children: [choice('Cat'), choice('Dog')] }),
    choice('Plants', { children: [choice('Oak')] }),
  ],
});

test('single: the pressed choice is the answer', () => {
  const first = press(control(), [], id('Good'));
  expect(press(control(), first, id('Bad'))).toEqual([
    { from_name: 'tone', to_name: 'text', type: 'choices', value: { choices: ['Bad'] } },
  ]);
});

test('multiple: pressing toggles, and the answer keeps the order of the label config', () => {
  const multiple = control({ multiple: true });
  const both = press(multiple, press(multiple, [], id('Bad')), id('Good'));
  expect(both[0]?.value).toEqual({ choices: ['Good', 'Bad'] });
  expect(press(multiple, press(multiple, both, id('Bad')), id('Good'))).toEqual([]);
});

test('nested: the answer is the path, and only leaves can be pressed', () => {
  expect(press(NESTED, [], id('Animals', 'Dog'))[0]?.value).toEqual({
    choices: [['Animals', 'Dog']],
  });
  expect(press(NESTED, [], id('Animals'))).toEqual([]);
  expect(choices.slots(NESTED).map((slot) => slot.title)).toEqual([
    'Animals / Cat',
    'Animals / Dog',
    'Plants / Oak',
  ]);
});

test('what the config does not offer is not sent', () => {
  expect(itemsOf(control(), [id('Gone')])).toEqual([]);
});

test('broken items read as no answer', () => {
  const broken = [
    { from_name: 'tone', to_name: 'text', type: 'choices', value: { choices: [1, null] } },
  ];
  expect(pathsOf(broken)).toEqual([]);
  expect(pathsOf([{ ...broken[0]!, value: {} }])).toEqual([]);
});

test('a missing answer is asked for, in the words of the config if it has some', () => {
  expect(missing(control(), [])).toContain('Choose one');
  expect(missing(control({ required_message: 'Say how it sounds.' }), [])).toBe(
    'Say how it sounds.',
  );
  expect(missing(control({ required: false }), [])).toBeNull();
  expect(missing(control(), itemsOf(control(), [id('Good')]))).toBeNull();
});

function Held({ of, start = [] }: { of: Control; start?: ResultItem[] }) {
  const [items, setItems] = useState<ResultItem[]>(start);
  const { Editor } = choices;
  return (
    <Editor control={of} items={items} onChange={setItems} keyOf={() => '1'} missingId={null} />
  );
}

test('the editor is radios or checkboxes, by mouse and by keyboard', async () => {
  const user = userEvent.setup();
  const { unmount } = render(<Held of={control()} />);
  await user.click(screen.getByRole('radio', { name: 'Bad' }));
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Bad' }).checked).toBe(true);
  unmount();
  render(<Held of={control({ multiple: true })} />);
  await user.click(screen.getByText('Good'));
  await user.click(screen.getByText('Bad'));
  const boxes = screen.getAllByRole<HTMLInputElement>('checkbox');
  expect(boxes.map((box) => box.checked)).toEqual([true, false, true]);
});

test('an optional single answer can be taken back', async () => {
  const user = userEvent.setup();
  render(<Held of={control({ required: false })} />);
  await user.click(screen.getByText('Good'));
  await user.click(screen.getByRole('button', { name: 'Clear' }));
  const radios = screen.getAllByRole<HTMLInputElement>('radio');
  expect(radios.some((radio) => radio.checked)).toBe(false);
});

test('texts of the config are text, and a color is a color or nothing', () => {
  const hostile = control({
    choices: [
      choice('<img src=x onerror=alert(1)>', { background: 'red;background:url(//x)' }),
      choice('B', { hint: '<b>hint</b>', background: '#3f7858' }),
    ],
  });
  const { container } = render(<Held of={hostile} />);
  expect(container.querySelector('img, b')).toBeNull();
  const styles = [...container.querySelectorAll('label')].map((label) =>
    label.getAttribute('style'),
  );
  expect(styles).toEqual(['--label-color: var(--label-1);', '--label-color: #3f7858;']);
});

test('the viewer shows the layers side by side, with what is no longer offered too', () => {
  const layers = [
    { title: 'Ana', items: itemsOf(control(), [id('Good')]) },
    {
      title: 'Ben',
      items: [{ ...itemsOf(control(), [id('Bad')])[0]!, value: { choices: ['Old'] } }],
    },
  ];
  render(<choices.Viewer control={control()} layers={layers} />);
  expect(screen.getByText('Good')).toBeTruthy();
  expect(screen.getByText('Old')).toBeTruthy();
});

test('axe finds nothing in editor and viewer', async () => {
  const layers = [{ title: 'Ana', items: itemsOf(NESTED, [id('Plants', 'Oak')]) }];
  const { container } = render(
    <main>
      <Held of={control({ multiple: true, required: false })} />
      <Held of={NESTED} />
      <choices.Viewer control={NESTED} layers={layers} />
    </main>,
  );
  expect(await axeFindings(container)).toEqual([]);
});
