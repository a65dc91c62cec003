import { Cell } from '../ui/cell';

/** The reader's own settings of theme and text size; public/appearance.js applies them before the first paint. */
export type Theme = 'system' | 'light' | 'dark';
export type TextSize = 'small' | 'normal' | 'large' | 'larger';

export const TEXT_SIZES: readonly { value: TextSize; title: string }[] = [
  { value: 'small', title: '18' },
  { value: 'normal', title: '19' },
  { value: 'large', title: '20' },
  { value: 'larger', title: '24' },
];
export const THEMES: readonly { value: Theme; title: string }[] = [
  { value: 'system', title: 'System' },
  { value: 'light', title: 'Light' },
  { value: 'dark', title: 'Dark' },
];

const darkSystem = globalThis.matchMedia('(prefers-color-scheme: dark)');

/** localStorage that may be switched off: then a setting lasts as long as the page. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Nothing is kept; the page itself goes on with the setting.
  }
}

function oneOf<T extends string>(
  value: string | null,
  options: readonly { value: T }[],
  fallback: T,
): T {
  return options.find((option) => option.value === value)?.value ?? fallback;
}

export const themeCell = new Cell<Theme>(oneOf(recall('assay.theme'), THEMES, 'system'));
export const textSizeCell = new Cell<TextSize>(
  oneOf(recall('assay.text-size'), TEXT_SIZES, 'normal'),
);

function apply(): void {
  const root = document.documentElement;
  const theme = themeCell.get();
  const dark = theme === 'system' ? darkSystem.matches : theme === 'dark';
  root.dataset.theme = dark ? 'dark' : 'light';
  root.dataset.textSize = textSizeCell.get();
}

export function setTheme(theme: Theme): void {
  remember('assay.theme', theme === 'system' ? null : theme);
  themeCell.set(theme);
  apply();
}

export function setTextSize(size: TextSize): void {
  remember('assay.text-size', size);
  textSizeCell.set(size);
  apply();
}

darkSystem.addEventListener('change', apply);
