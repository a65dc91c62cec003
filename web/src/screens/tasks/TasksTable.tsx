import type { TaskRow, TaskSort } from '../../api/lead/tasks';
import type { View } from '../../api/server';
import { Table, type Sort } from '../../ui/Table';
import { BESIDE_COLUMNS, COLUMNS } from './columns';
import type { PlaceWays } from './use_place';
import { words } from './words';

interface Props {
  page: View['TaskPage'];
  ways: PlaceWays;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

/** Which orders the server knows for a column. Disagreement is only asked for worst first. */
const SORTS: Readonly<Record<string, { up: TaskSort; down: TaskSort }>> = {
  id: { up: 'id', down: '-id' },
  annotations: { up: 'annotations', down: '-annotations' },
  disagreement: { up: '-disagreement', down: '-disagreement' },
};

function shownSort(sort: TaskSort): Sort {
  return { column: sort.replace('-', ''), descending: sort.startsWith('-') };
}

export function TasksTable({ page, ways, chosen, onChoose }: Props) {
  const { place } = ways;
  const beside = place.task !== null;
  return (
    <Table<TaskRow>
      caption={words.caption}
      columns={COLUMNS.filter(
        ({ id }) => !place.hidden.includes(id) && (!beside || BESIDE_COLUMNS.has(id)),
      )}
      rows={page.items}
      rowKey={(row) => String(row.id)}
      openKey={place.task === null ? null : String(place.task)}
      onOpen={(row) => ways.open(row.id)}
      chosen={chosen}
      onChoose={onChoose}
      chooseTitle={(row) => words.choose(row.id)}
      sort={shownSort(place.filter.sort)}
      onSort={({ column, descending }) => {
        const orders = SORTS[column];
        if (orders) ways.filterBy({ sort: descending ? orders.down : orders.up });
      }}
    />
  );
}
