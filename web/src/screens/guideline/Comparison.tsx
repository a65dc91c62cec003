import type { GuidelineDocument } from '../../api/lead/guideline';
import styles from './Comparison.module.css';
import { compareLines, type ChangedLine } from './diff';
import { fold } from './fold';
import { guidelineLines } from './lines';
import { words } from './words';

/** Two versions as one text: what went is struck out, what came is underlined, each also with its sign. */
export function Comparison({
  before,
  after,
}: {
  before: GuidelineDocument;
  after: GuidelineDocument;
}) {
  const lines = compareLines(guidelineLines(before), guidelineLines(after));
  if (lines.every(({ kind }) => kind === 'same'))
    return <p className={styles.same}>{words.same}</p>;
  return (
    <div className={styles.comparison}>
      {fold(lines).map((piece, place) =>
        piece.kind === 'folded' ? (
          <details key={place}>
            <summary>{words.unchangedLines(piece.lines.length)}</summary>
            <Lines lines={piece.lines} />
          </details>
        ) : (
          <Lines key={place} lines={piece.lines} />
        ),
      )}
    </div>
  );
}

const Lines = ({ lines }: { lines: readonly ChangedLine[] }) =>
  lines.map((line, place) => <Line key={place} line={line} />);

function Line({ line }: { line: ChangedLine }) {
  switch (line.kind) {
    case 'same':
      return (
        <p className={styles.line} dir="auto">
          {line.text}
        </p>
      );
    case 'gone':
      return (
        <p className={styles.line} data-sign="−" dir="auto">
          <del>{line.text}</del>
        </p>
      );
    case 'new':
      return (
        <p className={styles.line} data-sign="+" dir="auto">
          <ins>{line.text}</ins>
        </p>
      );
    case 'reworded':
      return (
        <p className={styles.line} data-sign="±" dir="auto">
          {line.words.map((word, place) => {
            if (word.kind === 'gone') return <del key={place}>{word.value}</del>;
            if (word.kind === 'new') return <ins key={place}>{word.value}</ins>;
            return word.value;
          })}
        </p>
      );
  }
}
