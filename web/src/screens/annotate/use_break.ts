import { useEffect, useState } from 'react';
import { announce } from '../../ui/announcer';
import { useCell } from '../../ui/cell';
import type { TaskQueue } from './task_queue';
import { words } from './words';

/** Whether to remind of a break, and the way to wave the reminder off until the next one. */
export function useBreak(queue: TaskQueue): { remind: boolean; later: () => void } {
  const { breakDue } = useCell(queue.state);
  const [waved, setWaved] = useState(false);
  if (waved && !breakDue) setWaved(false);
  useEffect(() => {
    if (breakDue) announce(words.breakDue);
  }, [breakDue]);
  return { remind: breakDue && !waved, later: () => setWaved(true) };
}
