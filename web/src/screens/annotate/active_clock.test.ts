import { expect, test } from 'vitest';
import { ActiveClock } from './active_clock';

function clockAt() {
  const time = { ms: 0 };
  return { time, clock: new ActiveClock(() => time.ms) };
}

test('time between signs of life counts', () => {
  const { time, clock } = clockAt();
  clock.start();
  time.ms = 4000;
  clock.touch();
  time.ms = 10_500;
  expect(clock.seconds()).toBe(10.5);
});

test('of a pause without a sign of life only the first minute counts', () => {
  const { time, clock } = clockAt();
  clock.start();
  time.ms = 3_600_000;
  expect(clock.seconds()).toBe(60);
  clock.touch();
  time.ms += 5000;
  expect(clock.seconds()).toBe(65);
});

test('a hidden or paused page does not count', () => {
  const { time, clock } = clockAt();
  clock.start();
  time.ms = 2000;
  clock.rest();
  time.ms = 50_000;
  expect(clock.seconds()).toBe(2);
  clock.touch();
  time.ms = 51_000;
  expect(clock.seconds()).toBe(3);
});

test('a restored draft goes on from its seconds, a new task from zero', () => {
  const { time, clock } = clockAt();
  clock.start(12);
  time.ms = 1000;
  expect(clock.seconds()).toBe(13);
  clock.start();
  expect(clock.seconds()).toBe(0);
});
