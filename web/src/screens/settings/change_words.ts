import { count, counted } from '../../ui/format';

export const changeWords = {
  title: 'What this change does',
  noAnnotations: 'No annotation exists yet, so nothing has to change with it.',
  summary: (all: number, changed: number, unmapped: number) =>
    [
      `Of ${counted(all, 'annotation')}, ${count(changed)} ${changed === 1 ? 'gets' : 'get'} a new version`,
      unmapped > 0 ? `and ${count(unmapped)} ${unmapped === 1 ? 'has' : 'have'} no place yet` : '',
    ]
      .filter(Boolean)
      .join(', ') + '. The old ones stay on record.',
  becomes: (label: string, n: number) => `“${label}” (${counted(n, 'annotation')}) becomes`,
  open: 'Not decided',
  askAgain: 'Asked again',
  takeOut: 'Taken out of the answer',
  reason: (reason: string, n: number) => `${counted(n, 'annotation')}: ${reason}`,
  askThem: (tasks: number) => `Ask ${counted(tasks, 'task')} again`,
  askThemHint:
    'Annotations without a place are set aside: they stay on record and no longer count, and their tasks go out again.',
  openLeases: (n: number) =>
    `${counted(n, 'task')} ${n === 1 ? 'is' : 'are'} being labeled now, under the present version. These answers are changed in the same way when they arrive.`,
  before: 'Now',
  after: 'After the change',
  label: 'Label',
  count: 'Annotations',
  undecided: (n: number) =>
    `${counted(n, 'annotation')} ${n === 1 ? 'has' : 'have'} no place: say what becomes of the labels above, or let the tasks be asked again.`,
  misfit: (why: string) => `Tasks that exist do not fit: ${why}`,
};
