/** Seconds without a sign of life after which a person no longer counts as working. */
export const IDLE_SECONDS = 60;

/**
 * Measures the active time on one task. Time in a hidden or paused page does not count, and of a
 * pause between two signs of life (keys, pointer, scrolling) only the first 60 s.
 */
export class ActiveClock {
  private readonly nowMs: () => number;
  private activeMs = 0;
  /** Last sign of life; null while the page is hidden or paused. */
  private lastMs: number | null = null;

  constructor(nowMs: () => number = () => performance.now()) {
    this.nowMs = nowMs;
  }

  /** Starts a task that already took so many seconds (a restored draft). */
  start(seconds = 0): void {
    this.activeMs = seconds * 1000;
    this.lastMs = this.nowMs();
  }

  /** A sign of life. */
  touch(): void {
    this.settle();
    this.lastMs = this.nowMs();
  }

  /** The page is hidden, or the person pauses. */
  rest(): void {
    this.settle();
    this.lastMs = null;
  }

  /** Active seconds so far, to the millisecond. */
  seconds(): number {
    return Math.round(this.activeMs + this.gapMs()) / 1000;
  }

  private gapMs(): number {
    return this.lastMs === null ? 0 : Math.min(this.nowMs() - this.lastMs, IDLE_SECONDS * 1000);
  }

  private settle(): void {
    this.activeMs += this.gapMs();
  }
}

const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart', 'scroll'] as const;

/** Feeds the clock with the page's events; returns the way to stop. */
export function watchActivity(clock: ActiveClock, isPaused: () => boolean): () => void {
  const touch = () => {
    if (!document.hidden && !isPaused()) clock.touch();
  };
  const turn = () => (document.hidden ? clock.rest() : touch());
  const options = { passive: true, capture: true };
  for (const sign of SIGNS) window.addEventListener(sign, touch, options);
  document.addEventListener('visibilitychange', turn);
  return () => {
    for (const sign of SIGNS) window.removeEventListener(sign, touch, options);
    document.removeEventListener('visibilitychange', turn);
  };
}
