import type { TaskRow } from '../../api/lead/tasks';
import type { View } from '../../api/server';
import { CopyButton } from '../../ui/CopyButton';
import { toCsv } from '../../ui/csv';
import { Menu } from '../../ui/Menu';
import { CheckField } from '../../ui/NumberField';
import { COLUMNS, FIXED_COLUMNS, majorityText } from './columns';
import { isFiltered, type TasksPlace } from './place';
import styles from './Tasks.module.css';
import { words } from './words';

interface Props {
  page: View['TaskPage'];
  place: TasksPlace;
  chosen: ReadonlySet<string>;
  onHide: (hidden: string[]) => void;
}

const HEADER = [
  'id',
  'key',
  'data',
  'state',
  'annotations',
  'target',
  'majority',
  'disagreement',
  'counts',
];

/** Rows as CSV: whole data, not its beginning; counts as "Positive 2; Neutral 1". */
export function tasksCsv(rows: readonly TaskRow[]): string {
  return toCsv(
    HEADER,
    rows.map((row) => [
      row.id,
      row.key,
      JSON.stringify(row.data),
      row.state,
      row.annotation_count,
      row.target,
      row.annotation_count > 0 ? majorityText(row) : null,
      row.disagreement,
      row.counts.map(({ label, count }) => `${label} ${count}`).join('; '),
    ]),
  );
}

/** Above the table: how many, copying, and which columns. */
export function TasksTools({ page, place, chosen, onHide }: Props) {
  const picked = page.items.filter(({ id }) => chosen.has(String(id)));
  const shown = page.items.length;
  const counted =
    isFiltered(place.filter) || page.total === null
      ? words.found(shown, page.next_cursor !== null)
      : words.total(shown, page.total);
  return (
    <div className={styles.tools}>
      <p>{counted}</p>
      <div>
        <CopyButton text={tasksCsv(picked.length > 0 ? picked : page.items)}>
          {picked.length > 0 ? words.copyChosen(picked.length) : words.copyCsv}
        </CopyButton>
        <Menu title={words.columns} icon="table" iconOnly="narrow">
          {COLUMNS.filter(({ id }) => !FIXED_COLUMNS.has(id)).map(({ id, title }) => (
            <CheckField
              key={id}
              label={title}
              checked={!place.hidden.includes(id)}
              onChange={(visible) =>
                onHide(visible ? place.hidden.filter((one) => one !== id) : [...place.hidden, id])
              }
            />
          ))}
        </Menu>
      </div>
    </div>
  );
}
