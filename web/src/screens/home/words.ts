export const words = {
  title: 'Your projects',
  lead: (name: string) => `Hello ${name}. Choose where to go on.`,
  emptyTitle: 'You have no project yet',
  emptyText:
    'Projects appear here when a lead adds you to one. If you expected one, ask the person who invited you.',
  tryAgain: 'Try again',
  label: 'Label',
  labelIn: (title: string) => `Label in ${title}`,
  numbers: (today: string, total: string) => `${today} labeled by you today · ${total} in total`,
  /** States in which nobody labels. */
  closed: { paused: 'Paused', archived: 'Archived' } as Record<string, string | undefined>,
};
