import { count, counted } from '../../ui/format';

/** The queue page's sentences, in one place for translation. */
export const words = {
  title: 'Queue',
  refreshed: (time: string) => `Looked at ${time}; this page looks again every ten seconds.`,
  hints: 'What keeps work from being done',
  lanes: 'What waits where',
  lanesLead:
    'A line for each queue, priority and stratum. Open: annotations that somebody could take on now.',
  lanesCaption: 'Tasks by queue',
  lanesEmpty: 'There is nothing to hand out yet. Import tasks, and they stand here by queue.',
  importTasks: 'Import tasks',
  heads: {
    queue: 'Queue',
    priority: 'Priority',
    fresh: 'Fresh',
    started: 'Started',
    done: 'Done',
    out: 'Out',
    open: 'Open',
    able: 'People',
  },
  open: 'The open queue',
  byName: (names: string) => `Given to ${names}`,
  byNameGone: 'Given to people who left',
  stratum: (name: string) => `stratum ${name}`,
  needs: (skills: string) => `needs ${skills}`,
  stuck: (n: number) => `${count(n)} that each of them has had`,
  showOut: (n: number) => `Show ${counted(n, 'task')} that ${n === 1 ? 'is' : 'are'} out`,

  people: 'Who holds what',
  peopleLead:
    'A task in hand is kept for one person. When somebody is away, give it back: others get it at once.',
  peopleCaption: 'People of this project and what they hold',
  peopleEmpty: 'Nobody labels in this project yet.',
  addPeople: 'Add people',
  peopleHeads: {
    name: 'Name',
    held: 'In hand',
    active: 'Last active',
    today: 'Today',
    submitted: 'In all',
    skills: 'Skills',
    action: 'Change',
  },
  left: 'Left the project',
  since: (when: string) => `the oldest since ${when}`,
  never: 'not yet',
  none: 'none',
  until: (skill: string, when: string) => `${skill} until ${when}`,
  over: (skill: string) => `${skill} (ended)`,
  editSkills: (name: string) => `Change the skills of ${name}`,
  edit: 'Change',
  giveBack: (n: number) => `Give back ${count(n)}`,
  giveBackName: (n: number, name: string) => `Give back what ${name} holds: ${counted(n, 'task')}`,

  giveBackAll: 'Give back what waits long',
  giveBackTitle: (name: string) => `Give back what ${name} holds`,
  giveBackText: (n: number, name: string) =>
    `${counted(n, 'task goes', 'tasks go')} to others at once. This cannot be undone. What ${name} sends all the same counts while its place is free; otherwise it is kept and shown as late.`,
  idleText:
    'Tasks that were handed out at least so long ago go to others at once, whoever holds them. This cannot be undone. What is sent all the same counts while its place is free; otherwise it is kept and shown as late.',
  idle: 'Handed out at least',
  idleUnit: 'minutes ago',
  giveBackButton: 'Give back',
  giveBackN: (n: number) => `Give back ${counted(n, 'task')}`,
  gaveBack: (n: number) =>
    n === 0
      ? 'Nothing was given back: nobody holds a task for so long.'
      : `${counted(n, 'task is', 'tasks are')} open for others now.`,
  cancel: 'Cancel',

  skillsTitle: (name: string) => `Skills of ${name}`,
  skillsText:
    'Queues that need a skill go only to people who have it. A skill with an end date is gone after that day.',
  skill: 'Skill',
  skillHint: 'Such as French, law, expert',
  skillAdd: 'Add the skill',
  noSkills: 'No skills yet.',
  endOf: (skill: string) => `${skill}, until the end of`,
  noEnd: 'No end date: for ever.',
  removeSkill: (skill: string) => `Take away ${skill}`,
  backup: 'Stands by',
  backupHint: 'Gets work only while the policy calls people in.',
  saveSkills: 'Save the skills',
  skillsSaved: (name: string) => `The skills of ${name} are changed.`,
};
