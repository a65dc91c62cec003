import type { TaskFilter } from '../../api/lead/tasks';
import { Button } from '../../ui/Button';
import { Chip } from '../../ui/Chip';
import { FilterField } from '../../ui/FilterField';
import { isFiltered, NO_FILTER } from './place';
import { suggestionsFor, type Known } from './suggestions';
import styles from './Tasks.module.css';
import { words } from './words';

interface Props {
  filter: TaskFilter;
  known: Known;
  onChange: (filter: Partial<TaskFilter>) => void;
}

/** The filters in force as chips, and the field in which the next one is typed. */
export function Filters({ filter, known, onChange }: Props) {
  const off = (patch: Partial<TaskFilter>) => ({
    onRemove: () => onChange(patch),
    removeTitle: words.removeFilter,
  });
  const name = known.people.find(({ id }) => id === filter.annotator)?.name ?? filter.annotator;
  return (
    <div className={styles.filters} role="search">
      <FilterField
        label={words.filter}
        placeholder={words.filterHint}
        optionsFor={(typed) => suggestionsFor(typed, known)}
        onChoose={({ patch }) => onChange(patch)}
      />
      {filter.disagreeing && <Chip {...off({ disagreeing: false })}>{words.disagreeing}</Chip>}
      {filter.state && (
        <Chip {...off({ state: '' })}>{words.chips.state(words.states[filter.state])}</Chip>
      )}
      {filter.label && <Chip {...off({ label: '' })}>{words.chips.label(filter.label)}</Chip>}
      {filter.annotator && <Chip {...off({ annotator: '' })}>{words.chips.annotator(name)}</Chip>}
      {filter.q && <Chip {...off({ q: '' })}>{words.chips.q(filter.q)}</Chip>}
      {isFiltered(filter) && (
        <Button look="quiet" onClick={() => onChange(NO_FILTER)}>
          {words.clear}
        </Button>
      )}
    </div>
  );
}
