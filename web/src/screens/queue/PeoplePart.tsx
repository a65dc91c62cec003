import type { Worker } from '../../api/lead/queue';
import { Button } from '../../ui/Button';
import { shortMoment } from '../../ui/durations';
import { count } from '../../ui/format';
import { LinkButton } from '../../ui/LinkButton';
import { Part } from '../../ui/Part';
import { Table, type Column } from '../../ui/Table';
import styles from './Queue.module.css';
import { isOver } from './skills';
import { words } from './words';

interface Props {
  projectId: string;
  people: readonly Worker[];
  onSkills: (personId: string) => void;
  /** null: of everybody. */
  onGiveBack: (personId: string | null) => void;
}

/** People with a seat: what is in hand, since when, and what they can do. */
export function PeoplePart({ projectId, people, onSkills, onGiveBack }: Props) {
  const anyHeld = people.some(({ held }) => held > 0);
  return (
    <Part
      title={words.people}
      lead={people.length > 0 ? words.peopleLead : undefined}
      tools={anyHeld && <Button onClick={() => onGiveBack(null)}>{words.giveBackAll}</Button>}
    >
      {people.length === 0 ? (
        <>
          <p className={styles.quiet}>{words.peopleEmpty}</p>
          <div>
            <LinkButton
              to="/projects/$projectId/people"
              params={{ projectId }}
              search={{ add: true }}
            >
              {words.addPeople}
            </LinkButton>
          </div>
        </>
      ) : (
        <Table
          caption={words.peopleCaption}
          columns={columnsOf(onSkills, onGiveBack)}
          rows={people}
          rowKey={({ person }) => person.id}
        />
      )}
    </Part>
  );
}

function columnsOf(onSkills: Props['onSkills'], onGiveBack: Props['onGiveBack']): Column<Worker>[] {
  const heads = words.peopleHeads;
  return [
    {
      id: 'name',
      title: heads.name,
      cell: ({ person, active }) => (
        <>
          <span dir="auto">{person.name}</span>
          {!active && <span className={styles.small}>{words.left}</span>}
        </>
      ),
    },
    { id: 'held', title: heads.held, cell: (one) => <Held worker={one} onGiveBack={onGiveBack} /> },
    {
      id: 'active',
      title: heads.active,
      cell: ({ active_at }) =>
        active_at === null ? (
          <span className={styles.quiet}>{words.never}</span>
        ) : (
          shortMoment(active_at)
        ),
      secondary: true,
    },
    {
      id: 'today',
      title: heads.today,
      cell: (one) => count(one.today),
      align: 'end',
      secondary: true,
    },
    {
      id: 'submitted',
      title: heads.submitted,
      cell: (one) => count(one.submitted),
      align: 'end',
      secondary: true,
    },
    {
      id: 'skills',
      title: heads.skills,
      cell: (one) => <SkillsCell worker={one} onSkills={onSkills} />,
    },
  ];
}

function Held({ worker, onGiveBack }: { worker: Worker; onGiveBack: Props['onGiveBack'] }) {
  const { held, oldest_lease, person } = worker;
  if (held === 0) return <span className={styles.quiet}>{words.none}</span>;
  return (
    <>
      {count(held)}
      {oldest_lease && (
        <span className={styles.small}>{words.since(shortMoment(oldest_lease))}</span>
      )}
      <div>
        <span className={styles.inline}>
          <Button
            look="quiet"
            aria-label={words.giveBackName(held, person.name)}
            onClick={() => onGiveBack(person.id)}
          >
            {words.giveBack(held)}
          </Button>
        </span>
      </div>
    </>
  );
}

function SkillsCell({ worker, onSkills }: { worker: Worker; onSkills: Props['onSkills'] }) {
  const { skills, person } = worker;
  const said = Object.entries(skills).map(([skill, until]) => {
    if (until === null) return skill;
    return isOver(until) ? words.over(skill) : words.until(skill, shortMoment(until));
  });
  return (
    <>
      {said.length > 0 ? (
        <span dir="auto">{said.join(', ')}</span>
      ) : (
        <span className={styles.quiet}>{words.none}</span>
      )}{' '}
      <span className={styles.edit}>
        <Button
          look="quiet"
          aria-label={words.editSkills(person.name)}
          onClick={() => onSkills(person.id)}
        >
          {words.edit}
        </Button>
      </span>
    </>
  );
}
