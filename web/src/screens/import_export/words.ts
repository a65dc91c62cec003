import { count, counted } from '../../ui/format';
import { byteSize } from '../../ui/durations';

export const words = {
  title: 'Import & export',
  importTitle: 'Import tasks',
  importLead: 'One row is one task. Annotations in the file come along, each with its annotator.',
  drop: 'Drop files here',
  dropHint: (formats: string) =>
    `${formats}; UTF-8. Archives are unpacked first, by you. Several files go one after the other.`,
  choose: 'Choose files',
  needs: (keys: string) => `Each row needs: ${keys}.`,
  mode: 'If a row cannot be read',
  modes: { all_or_nothing: 'Import nothing', good_rows: 'Import the good rows' },
  modeHints: {
    all_or_nothing: 'You get the report, correct the file, and try again.',
    good_rows: 'The others stand in a report that you can download.',
  },

  known: 'Rows that are there already: passed over',
  knownChanged: 'Rows that are there already: as set here',
  duplicates: 'The same data as a task or an earlier row',
  duplicatesAs: {
    auto: 'Pass it over, unless it has an id of its own',
    skip: 'Pass it over',
    keep: 'Take it',
    refuse: 'Refuse it',
  },
  existing: 'The id of a task, with other data',
  existingAs: { refuse: 'Refuse it', skip: 'Pass it over', update: 'Change the task' },
  updateAnnotated: 'Replace tasks that have annotations',
  updateAnnotatedHint:
    'A new task takes the id over and is labeled from the start. The old one keeps its data and its annotations. Else such rows are refused.',
  counts: {
    duplicates: (n: number) => counted(n, 'duplicate') + ' passed over',
    unchanged: (n: number) => `${count(n)} there already`,
    updated: (n: number) => `${count(n)} changed`,
    replaced: (n: number) => `${count(n)} replaced`,
  },
  notes: (n: number) => `${counted(n, 'row')} there already`,
  hideNotes: 'Hide the list',
  noteLine: 'Line',
  noteTask: 'Task',
  noteWhat: 'What became of it',

  queue: 'On their way',
  format: 'Format',
  formatOf: (file: string) => `Format of ${file}`,
  detected: (title: string | null) => (title ? `${title}, by its name` : 'Told by its content'),
  size: byteSize,
  sending: 'Sending',
  sent: (sent: number, total: number) => `${byteSize(sent)} of ${byteSize(total)}`,
  waiting: 'Waits for the one before',
  again: 'Try again',
  remove: 'Take out of the list',

  exportTitle: 'Export',
  exportLead:
    'A file of this very moment. Each annotation says who, when, under which guideline version, how long it took and how sure.',
  chooseFormat: 'File format',
  lossless: 'Keeps everything.',
  loses: (n: number) => `Leaves out ${count(n)} ${n === 1 ? 'thing' : 'things'}.`,
  losesOf: (title: string) => `${title} leaves out:`,
  only: 'Tasks',
  onlys: { all: 'All tasks', annotated: 'With annotations only' },
  losesNothing: 'Nothing of this project is left out.',
  filters: 'Only some of the tasks',
  more: 'More options',
  asOf: 'As of an earlier moment',
  asOfHint:
    'In your time zone. What was in force then: later tasks, answers, corrections and reverts are left out. A task’s data, priority and target are always those of now.',
  asOfStates:
    'As of an earlier moment, tasks cannot be chosen by their state or their differences.',
  state: 'State',
  taskStates: { all: 'Any', waiting: 'Waiting', started: 'Started', done: 'Done' },
  disagreeing: 'Only where annotations differ',
  withLabel: 'With this label',
  withText: 'With this text in the data',
  withStratum: 'Of this stratum',
  raw: 'Without protection against formulas',
  rawHint:
    'Spreadsheets run a text that begins with = + - @ as a formula. Assay puts a quote before it, and takes it off again when it reads the file. Only programs that want the bare text need this.',
  make: 'Make the file',

  history: { import: 'Imports so far', export: 'Exports so far' },
  noHistory: { import: 'None yet.', export: 'None yet.' },
  kinds: {
    import: 'Import',
    export: 'Export',
    revert: 'Setting aside',
    restore: 'Restore',
    check: 'Check-up',
    migration: 'Label change',
    retarget: 'Change of the policy',
  },
  states: {
    waiting: 'Waiting',
    running: 'Running',
    done: 'Done',
    failed: 'Not done',
    canceled: 'Canceled',
  },
  steps: {
    checking: 'Checking the rows',
    importing: 'Writing the tasks',
    writing: 'Writing the file',
  } as Readonly<Record<string, string>>,
  rows: (n: number) => counted(n, 'row'),
  imported: (tasks: number, annotations: number) =>
    annotations > 0
      ? `${counted(tasks, 'task')} and ${counted(annotations, 'annotation')} imported`
      : `${counted(tasks, 'task')} imported`,
  exported: (tasks: number, annotations: number) =>
    `${counted(tasks, 'task')}, ${counted(annotations, 'annotation')}`,
  refused: (n: number) => counted(n, 'row') + ' refused',
  report: (n: number) => `Why ${counted(n, 'row')} ${n === 1 ? 'was' : 'were'} refused`,
  hideReport: 'Hide the report',
  cancel: 'Cancel',
  canceled: 'What was written before stays; the job says how much.',
  download: 'Download',
  downloadReport: 'Download as CSV',
  inMode: { all_or_nothing: 'all or nothing', good_rows: 'good rows only' } as Readonly<
    Record<string, string>
  >,

  line: 'Line',
  lines: 'Lines',
  field: 'Field',
  why: 'Why',
  reportOf: (shown: number, total: number) =>
    shown < total ? `The first ${count(shown)} of ${count(total)}.` : counted(total, 'row') + '.',
  moreRows: 'Show more',
};
