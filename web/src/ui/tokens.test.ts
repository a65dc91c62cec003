import { expect, test } from 'vitest';
import css from './tokens.css?raw';

type Tokens = Record<string, string>;

function tokensOf(block: string): Tokens {
  const found = block.matchAll(/--(?<name>[\w-]+):\s*(?<hex>#[0-9a-f]{6})/g);
  return Object.fromEntries([...found].map((m) => [m.groups?.name ?? '', m.groups?.hex ?? '']));
}

const [light = '', dark = ''] = css.split("[data-theme='dark']");
const THEMES: [string, Tokens][] = [
  ['light', tokensOf(light)],
  ['dark', tokensOf(dark)],
];

function linear(hex: string): [number, number, number] {
  const part = (at: number) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

/** Contrast ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r, g, b] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ['ground', 'surface', 'sunk', 'hover'];
const TEXTS = ['ink', 'ink-2', 'ink-3', 'link', 'good', 'warn', 'bad'];

test.each(THEMES)('%s: every text is readable on every ground (AA, 4.5)', (_, tokens) => {
  const low = TEXTS.flatMap((text) =>
    GROUNDS.map((ground) => [text, ground, contrast(tokens[text]!, tokens[ground]!)] as const),
  ).filter(([, , ratio]) => ratio < 4.5);
  expect(low).toEqual([]);
});

test.each(THEMES)('%s: the main action, warnings and focus are readable', (_, tokens) => {
  expect(contrast(tokens['on-gold']!, tokens.gold!)).toBeGreaterThan(4.5);
  expect(contrast(tokens['on-gold']!, tokens['gold-hover']!)).toBeGreaterThan(4.5);
  expect(contrast(tokens.ink!, tokens['warn-ground']!)).toBeGreaterThan(4.5);
  expect(contrast(tokens.warn!, tokens['warn-ground']!)).toBeGreaterThan(4.5);
  expect(contrast(tokens.ink!, tokens['bad-ground']!)).toBeGreaterThan(4.5);
  expect(contrast(tokens.bad!, tokens['bad-ground']!)).toBeGreaterThan(4.5);
  for (const mark of ['focus', 'line-strong']) {
    expect(contrast(tokens[mark]!, tokens.ground!)).toBeGreaterThan(3);
  }
});

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB; the first is normal sight. */
const SIGHTS = [
  [1, 0, 0, 0, 1, 0, 0, 0, 1],
  [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
];

/** A color in OKLab, where distances are as far as they look. */
function seen(hex: string, sight: number[]): number[] {
  const rgb = linear(hex);
  const [r, g, b] = [0, 3, 6].map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        rgb.reduce((sum, value, at) => sum + value * sight[row + at]!, 0),
      ),
    ),
  ) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

const LABELS = Array.from({ length: 12 }, (_, n) => `label-${n + 1}`);

/** Tritan sight is rare; there the colors may be closer. */
test.each(THEMES)(
  '%s: twelve label colors stand out and apart, for color-blind people too',
  (_, tokens) => {
    for (const label of LABELS) {
      expect(contrast(tokens[label]!, tokens.surface!), label).toBeGreaterThan(3);
    }
    const close = SIGHTS.flatMap((sight) => {
      const all = LABELS.map((label) => seen(tokens[label]!, sight));
      return all.flatMap((a, i) =>
        all.slice(i + 1).map((b) => Math.hypot(...a.map((value, at) => value - b[at]!))),
      );
    });
    expect(Math.min(...close)).toBeGreaterThan(0.06);
  },
);
