/** The shell's sentences, in one place for translation. */
export const words = {
  skipLink: 'Skip to the content',
  loading: 'Loading',
  notReached: 'Assay cannot be reached',
  tryAgain: 'Try again',
  offline: 'You are offline. What you see may be old; what you answer is kept in this browser.',
  failedTitle: 'This page made a mistake',
  failedKept: 'Answers that were not sent yet are kept in this browser.',
  failedAction: 'Reload it. If it happens again, tell whoever runs this Assay what you did last.',
  reload: 'Reload',
  notFoundTitle: 'There is no page at this address',
  notFoundText:
    'The link may be old, or it leads to a project that you do not belong to. Your projects are on the first page.',
  toProjects: 'Go to your projects',
  signedOutTitle: 'Sign in to go on',
  signedOutText: (waiting: number) =>
    waiting > 0
      ? `You have been signed out. ${waiting === 1 ? 'One answer waits' : `${waiting} answers wait`} in this browser and will be sent after you sign in.`
      : 'You have been signed out. The page stays as it is until you sign in again.',
  palette: 'Go to a page or project',
  palettePlaceholder: 'Page or project',
  paletteNothing: 'Nothing found. Try a shorter word.',
  pages: 'Pages',
  projects: 'Projects',
  thisProject: 'This project',
  person: 'Person',
  action: 'Action',
  newProject: 'New project',
  task: (id: string) => `Open task ${id}`,
  keys: 'Keys',
  general: 'Everywhere',
  goTo: (place: string) => `Go to ${place}`,
  signOut: 'Sign out',
  mainNavigation: 'Main',
};
