import type { QueueState } from '../../api/lead/queue';
import { count, counted } from '../../ui/format';

const sumOf = (state: QueueState, key: 'tasks' | 'done' | 'out'): number =>
  state.lanes.reduce((sum, lane) => sum + lane[key], 0);

const listed = (names: readonly string[]): string => {
  if (names.length <= 2) return names.join(' and ');
  return `${names[0] ?? ''} and ${count(names.length - 1)} others`;
};

/** What is going on, in a sentence or two. */
export function queueSentence(state: QueueState): string {
  const [tasks, done, out] = [sumOf(state, 'tasks'), sumOf(state, 'done'), sumOf(state, 'out')];
  if (tasks === 0) return 'There are no tasks yet.';
  const holders = state.people.filter(({ held }) => held > 0).map(({ person }) => person.name);
  const held =
    state.leased > 0
      ? ` ${listed(holders)} ${holders.length === 1 ? 'has' : 'have'} ${counted(state.leased, 'task')} in hand.`
      : '';
  if (state.open_slots === 0 && state.leased === 0) {
    const rest = out > 0 ? ` ${counted(out, 'task is', 'tasks are')} taken out.` : '';
    return done + out >= tasks
      ? `Nothing waits: every task in the queue has its annotations.${rest}`
      : `Nothing waits for anybody now.${rest}`;
  }
  if (state.open_slots === 0) return `Everything that is open is in somebody’s hands.${held}`;
  return `${counted(state.open_slots, 'annotation waits', 'annotations wait')} to be taken on.${held || ' Nobody holds a task now.'}`;
}
