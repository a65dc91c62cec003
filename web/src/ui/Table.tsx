import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Button } from './Button';
import { Icon } from './icons';
import styles from './Table.module.css';

export interface Column<Row> {
  id: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** `end` for numbers. */
  align?: 'start' | 'end';
  sortable?: boolean;
  /** Left out on a narrow screen. */
  secondary?: boolean;
}

export interface Sort {
  column: string;
  descending: boolean;
}

interface Props<Row> {
  /** Says what the table holds; read out, and shown when `captionShown`. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Enter, or a press on the row. */
  onOpen?: (row: Row) => void;
  /** The row shown beside the table. */
  openKey?: string | null;
  sort?: Sort | null;
  onSort?: (sort: Sort) => void;
  /** Keys of the chosen rows; Space chooses. */
  chosen?: ReadonlySet<string>;
  onChoose?: (keys: ReadonlySet<string>) => void;
  /** What a row is called on the box that chooses it: "Choose task 7". */
  chooseTitle?: (row: Row) => string;
  /** Loads the next page (keyset paging); absent on the last one. */
  onMore?: () => void;
  loadingMore?: boolean;
}

/** A table for hands on the keyboard: arrows move, Space chooses, Enter opens. */
export function Table<Row>(props: Props<Row>) {
  const { columns, rows, rowKey, onOpen, openKey, chosen, onMore } = props;
  const [active, setActive] = useState(0);
  const body = useRef<HTMLTableSectionElement>(null);

  const focusRow = (index: number) => {
    const next = Math.min(Math.max(index, 0), rows.length - 1);
    setActive(next);
    body.current?.rows.item(next)?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLTableRowElement)) return;
    const row = rows[active];
    const steps: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: 0,
      End: rows.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) focusRow(to);
    else if (event.key === 'Enter' && row !== undefined) onOpen?.(row);
    else if (event.key === ' ' && row !== undefined && props.onChoose) choose(rowKey(row));
    else return;
    event.preventDefault();
  };

  const choose = (key: string) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    props.onChoose?.(next);
  };

  return (
    <div className={styles.frame}>
      <table className={styles.table}>
        <caption className="sr-only">{props.caption}</caption>
        <thead>
          <tr>
            {props.onChoose && (
              <ChooseAll keys={rows.map(rowKey)} chosen={chosen} onChoose={props.onChoose} />
            )}
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {rows.map((row, index) => (
            <tr
              key={rowKey(row)}
              tabIndex={onOpen || props.onChoose ? (index === active ? 0 : -1) : undefined}
              aria-selected={chosen ? chosen.has(rowKey(row)) : undefined}
              data-open={openKey === rowKey(row) || undefined}
              className={onOpen ? styles.opens : undefined}
              onFocus={() => setActive(index)}
              onClick={() => onOpen?.(row)}
            >
              <Cells row={row} table={props} onChoose={() => choose(rowKey(row))} />
            </tr>
          ))}
        </tbody>
      </table>
      {onMore && (
        <Button look="quiet" busy={props.loadingMore} onClick={onMore}>
          Show more
        </Button>
      )}
    </div>
  );
}

interface CellsProps<Row> {
  row: Row;
  table: Props<Row>;
  onChoose: () => void;
}

function Cells<Row>({ row, table, onChoose }: CellsProps<Row>) {
  const key = table.rowKey(row);
  return (
    <>
      {table.onChoose && (
        <ChooseOne
          title={table.chooseTitle?.(row) ?? key}
          chosen={table.chosen?.has(key) ?? false}
          onChoose={onChoose}
        />
      )}
      {table.columns.map((column) => (
        <td key={column.id} className={cellClass(column)}>
          {column.cell(row)}
        </td>
      ))}
    </>
  );
}

interface ChooseOneProps {
  title: string;
  chosen: boolean;
  onChoose: () => void;
}

/** The box of a row, for mouse and thumb; by the keyboard, Space chooses the row itself. */
function ChooseOne({ title, chosen, onChoose }: ChooseOneProps) {
  return (
    // A press beside the box must not open the row.
    <td className={styles.pick} onClick={(event) => event.stopPropagation()}>
      <label>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={title}
          checked={chosen}
          onChange={onChoose}
        />
      </label>
    </td>
  );
}

interface ChooseAllProps {
  keys: readonly string[];
  chosen?: ReadonlySet<string>;
  onChoose: (keys: ReadonlySet<string>) => void;
}

/** The box over the boxes: all rows that are shown, or none of them. */
function ChooseAll({ keys, chosen = new Set(), onChoose }: ChooseAllProps) {
  const all = keys.length > 0 && keys.every((key) => chosen.has(key));
  const others = [...chosen].filter((key) => !keys.includes(key));
  return (
    <td className={styles.pick}>
      <label>
        <input
          type="checkbox"
          aria-label="Choose all rows shown"
          checked={all}
          onChange={() => onChoose(new Set(all ? others : [...others, ...keys]))}
        />
      </label>
    </td>
  );
}

function cellClass<Row>(column: Column<Row>): string | undefined {
  return (
    [column.align === 'end' && styles.end, column.secondary && styles.secondary]
      .filter(Boolean)
      .join(' ') || undefined
  );
}

function HeadCell<Row>({ column, sort, onSort }: HeadProps<Row>) {
  const sorted = sort?.column === column.id ? sort : null;
  const order = sorted ? (sorted.descending ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" className={cellClass(column)} aria-sort={order}>
      {column.sortable && onSort ? (
        <button
          type="button"
          onClick={() => onSort({ column: column.id, descending: order === 'ascending' })}
        >
          {column.title}
          {sorted && <Icon name={sorted.descending ? 'down' : 'up'} size={14} />}
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}

interface HeadProps<Row> {
  column: Column<Row>;
  sort?: Sort | null;
  onSort?: (sort: Sort) => void;
}
