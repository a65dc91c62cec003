/** The page's own icons: 20 × 20, drawn with one 1.6 px line. Decorative: the words stand beside them. */
const PATHS = {
  check: 'M4 10.5 8 14.5 16 6',
  waiting: 'M10 5.5V10l3 2 M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z',
  offline:
    'M3 3l14 14 M6.5 14.5h7.6 M14.6 14.4a3.2 3.2 0 0 0 .2-6.3 5 5 0 0 0-7.2-2.7 M6 7.6a3.5 3.5 0 0 0 .5 6.9',
  warn: 'M10 3.5 17.5 16.5h-15Z M10 8.5v3.5 M10 14.4v.1',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z M10 9.2v4.3 M10 6.6v.1',
  skip: 'M5 5l6 5-6 5Z M15 5v10',
  flag: 'M5 17V3.5 M5 4h9.5l-2 3.5 2 3.5H5',
  undo: 'M7 4 3.5 7.5 7 11 M3.5 7.5H12a4.2 4.2 0 0 1 0 8.5H8',
  book: 'M10 5.5C8.5 4 6 3.6 3 3.8v11.4c3-.2 5.5.2 7 1.7 1.5-1.5 4-1.9 7-1.7V3.8c-3-.2-5.5.2-7 1.7Z M10 5.5v11.4',
  text: 'M2.5 15 6.5 5l4 10 M4 11.5h5 M12.5 15l2.5-6 2.5 6 M13.3 13h3.4',
  sun: 'M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z M10 2v1.5 M10 16.5V18 M2 10h1.5 M16.5 10H18 M4.3 4.3l1.1 1.1 M14.6 14.6l1.1 1.1 M4.3 15.7l1.1-1.1 M14.6 5.4l1.1-1.1',
  moon: 'M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3Z',
  close: 'M5 5l10 10 M15 5 5 15',
  down: 'M5.5 8l4.5 4.5L14.5 8',
  right: 'M8 5.5l4.5 4.5L8 14.5',
  left: 'M12 5.5 7.5 10l4.5 4.5',
  up: 'M5.5 12 10 7.5l4.5 4.5',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Z M13 13l4 4',
  person:
    'M10 10a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Z M3.5 17c.6-3.3 3.2-5 6.5-5s5.9 1.7 6.5 5',
  pause: 'M7 4.5v11 M13 4.5v11',
  keyboard: 'M2.5 5.5h15v9h-15Z M5.5 8.5h.1 M8.5 8.5h.1 M11.5 8.5h.1 M14.5 8.5h.1 M6.5 11.7h7',
  copy: 'M7 7V3.5h9.5V13H13 M3.5 7H13v9.5H3.5Z',
  add: 'M10 4v12 M4 10h12',
  more: 'M4.5 10h.1 M10 10h.1 M15.5 10h.1',
  chart: 'M3.5 16.5h13 M5.5 16V11 M10 16V4.5 M14.5 16V8',
  table: 'M3.5 4.5h13v11h-13Z M3.5 8.5h13 M8.5 8.5v7',
  edit: 'M4 16l.8-3.4L13.4 4a1.4 1.4 0 0 1 2 0l.6.6a1.4 1.4 0 0 1 0 2L7.4 15.2Z',
  download: 'M10 3.5v9 M6 8.8l4 4 4-4 M4 16.5h12',
  link: 'M8.5 11.5l3-3 M9.5 6.5 11 5a3 3 0 0 1 4.2 4.2L13.5 11 M10.5 13.5 9 15a3 3 0 0 1-4.2-4.2L6.5 9',
  open: 'M8 4H4v12h12v-4 M11 3.5h5.5V9 M16 4l-7 7',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark: an A whose bar is gold. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <g strokeWidth={3} strokeLinecap="round" strokeLinejoin="round">
        <path d="M6.5 27 16 5l9.5 22" stroke="currentColor" />
        <path d="M7 19.5h18" stroke="var(--gold)" />
      </g>
    </svg>
  );
}
