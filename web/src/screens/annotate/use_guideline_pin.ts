import { useState } from 'react';
import { recall, remember } from '../../shell/appearance';

const KEY = 'assay.guideline-pinned';

/** Whether the guideline stands beside the task; as this browser was left. Pinned at first. */
export function useGuidelinePin(): [boolean, (pinned: boolean) => void] {
  const [pinned, setPinned] = useState(() => recall(KEY) !== 'no');
  return [
    pinned,
    (next) => {
      remember(KEY, next ? null : 'no');
      setPinned(next);
    },
  ];
}
