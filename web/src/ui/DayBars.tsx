import { useState } from 'react';
import { Button } from './Button';
import styles from './DayBars.module.css';
import { niceTop, type Day } from './day_bars';
import { dayName } from './durations';
import { count, counted } from './format';

interface Props {
  /** What a bar counts: "annotation". */
  unit: string;
  days: readonly Day[];
}

/** Counts by day as bars from zero, or as the table they are drawn from. */
export function DayBars({ unit, days }: Props) {
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className={styles.figure}>
      {asTable ? <DayTable unit={unit} days={days} /> : <Bars unit={unit} days={days} />}
      <Button look="quiet" icon={asTable ? 'chart' : 'table'} onClick={() => setAsTable(!asTable)}>
        {asTable ? 'Show as chart' : 'Show as table'}
      </Button>
    </figure>
  );
}

function Bars({ unit, days }: Props) {
  const top = niceTop(days.map((day) => day.count));
  const total = days.reduce((sum, day) => sum + day.count, 0);
  const width = 100 / Math.max(days.length, 1);
  const first = days[0];
  const last = days.at(-1);
  return (
    <div className={styles.chart}>
      <span className={styles.top}>{count(top)}</span>
      <svg role="img" aria-label={`${counted(total, unit)} in ${days.length} days`}>
        {[0, 50].map((y) => (
          <line key={y} className={styles.grid} x1="0" x2="100%" y1={`${y}%`} y2={`${y}%`} />
        ))}
        <line className={styles.ground} x1="0" x2="100%" y1="100%" y2="100%" />
        {days.map((day, place) => (
          <g key={day.day}>
            <rect
              className={styles.bar}
              x={`${place * width + width * 0.15}%`}
              width={`${width * 0.7}%`}
              y={`${100 - (day.count / top) * 100}%`}
              height={`${(day.count / top) * 100}%`}
            />
            <rect
              className={styles.touch}
              x={`${place * width}%`}
              width={`${width}%`}
              y="0"
              height="100%"
            >
              <title>{`${dayName(day.day)}: ${counted(day.count, unit)}`}</title>
            </rect>
          </g>
        ))}
      </svg>
      <span className={styles.ends}>
        <span>{first && dayName(first.day)}</span>
        <span>{last && dayName(last.day)}</span>
      </span>
    </div>
  );
}

function DayTable({ unit, days }: Props) {
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={`${unit}s by day`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">{`${unit.charAt(0).toUpperCase()}${unit.slice(1)}s`}</th>
          </tr>
        </thead>
        <tbody>
          {[...days].reverse().map((day) => (
            <tr key={day.day}>
              <td>{dayName(day.day)}</td>
              <td>{count(day.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
