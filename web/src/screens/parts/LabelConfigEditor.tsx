import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { checkedLabelConfig } from '../../api/lead/label_config';
import { asProblem, type Problem } from '../../api/problem';
import { CodeArea } from '../../ui/CodeArea';
import { counted } from '../../ui/format';
import { State } from '../../ui/State';
import styles from './LabelConfigEditor.module.css';
import { LabelConfigPreview } from './LabelConfigPreview';

const PAUSE_MS = 300;

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** The line that a problem names, from 1; null when it names none. */
export function lineOf(problem: Problem): number | null {
  const found = /\bline (\d+)/i.exec(problem.message);
  return found ? Number(found[1]) : null;
}

interface Props {
  value: string;
  onChange: (xml: string) => void;
  /** What the server refused when it was saved. */
  refused?: Problem | null;
}

/** A label config as XML, with what annotators will see beside it while one types. */
export function LabelConfigEditor({ value, onChange, refused }: Props) {
  const settled = useSettled(value);
  const check = useQuery(checkedLabelConfig(settled));
  const [lastGood, setLastGood] = useState(check.data);
  if (check.data && check.data !== lastGood) setLastGood(check.data);
  const broken = check.error ? asProblem(check.error) : (refused ?? null);
  const shown = check.data ?? lastGood;
  return (
    <div className={styles.editor}>
      <CodeArea
        label="Label config"
        hint="Label Studio’s XML: what is shown, and what may be answered."
        value={value}
        onChange={onChange}
        error={broken && `${broken.message} ${broken.action}`}
        errorLine={broken && lineOf(broken)}
      />
      <section className={styles.side} aria-label="Preview">
        <header>
          <h3>What annotators will see</h3>
          <Verdict
            broken={broken !== null}
            problems={check.data?.problems.length ?? 0}
            waiting={check.isFetching || settled !== value}
          />
        </header>
        {shown && (
          <LabelConfigPreview
            outline={shown.outline}
            controls={shown.controls}
            sample={shown.sample}
          />
        )}
        {check.data && check.data.problems.length > 0 && (
          <ul className={styles.problems}>
            {check.data.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
        {check.data && check.data.data_keys.length > 0 && (
          <p className={styles.keys}>
            {`Each task needs: ${check.data.data_keys.join(', ')}. The text above is an example.`}
          </p>
        )}
      </section>
    </div>
  );
}

function Verdict({ broken, problems, waiting }: VerdictProps) {
  if (waiting) return <State icon="waiting">Checking</State>;
  if (broken) return <State tone="bad">Cannot be used yet; this is the last one that could</State>;
  if (problems > 0)
    return <State tone="warn">{`Can be used, with ${counted(problems, 'remark')}`}</State>;
  return <State tone="good">Can be used</State>;
}

interface VerdictProps {
  broken: boolean;
  problems: number;
  waiting: boolean;
}
