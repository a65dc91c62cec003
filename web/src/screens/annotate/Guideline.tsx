import type { ReactNode } from 'react';
import type { GuidelineDocument } from '../../api/types';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/State';
import styles from './Guideline.module.css';
import { GuidelineLabelPart } from './GuidelineLabelPart';
import { useChangedRules } from './use_changed_rules';
import { words } from './words';

export interface GuidelineProps {
  projectId: string;
  version: number;
  document: GuidelineDocument;
  /** Labels chosen now: their part is open. */
  chosen: readonly { control: string; label: string }[];
}

/** The guideline in force, to be looked into while labeling. Everything in it is plain text. */
export function Guideline({ projectId, version, document, chosen }: GuidelineProps) {
  const { changed, markRead } = useChangedRules(projectId, version, document.rules);
  const isChosen = (control: string, label: string) =>
    chosen.some((one) => one.control === control && one.label === label);
  if (isEmpty(document)) return <p className={styles.quiet}>{words.guidelineEmpty}</p>;
  return (
    <div className={styles.guideline}>
      {changed.size > 0 && (
        <Notice
          tone="warn"
          action={
            <Button look="quiet" keepsFocus onClick={markRead}>
              {words.changesRead}
            </Button>
          }
        >
          {words.changes(changed.size)}
        </Notice>
      )}
      <Text>{document.statement}</Text>
      <Part title={words.labels} shown={document.labels.length > 0}>
        {document.labels.map((label) => (
          <GuidelineLabelPart
            key={`${label.control} ${label.label}`}
            label={label}
            chosen={isChosen(label.control, label.label)}
          />
        ))}
      </Part>
      <Part title={words.rules} shown={document.rules.length > 0}>
        <ol className={styles.rules}>
          {document.rules.map((rule) => (
            <li key={rule.id} data-changed={changed.has(rule.id) || undefined}>
              <span className={styles.ruleId}>{rule.id}</span>
              <div>
                <Text>{rule.text}</Text>
                {changed.has(rule.id) && <small>{words.ruleChanged}</small>}
              </div>
            </li>
          ))}
        </ol>
      </Part>
      <Part title={words.edgeCases} shown={document.edge_cases.length > 0}>
        <ul className={styles.rules}>
          {document.edge_cases.map((edge) => (
            <li key={edge.id}>
              <span className={styles.ruleId}>{edge.id}</span>
              <div>
                <Text>{edge.case}</Text>
                <p className={styles.decision} dir="auto">
                  → {edge.decision}
                </p>
              </div>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={words.constraints} shown={document.constraints !== ''}>
        <Text>{document.constraints}</Text>
      </Part>
      <Part title={words.escalation} shown={document.escalation !== ''}>
        <Text>{document.escalation}</Text>
      </Part>
    </div>
  );
}

function Text({ children }: { children: string }) {
  if (children === '') return null;
  return (
    <p className={styles.text} dir="auto">
      {children}
    </p>
  );
}

function Part({ title, shown, children }: { title: string; shown: boolean; children: ReactNode }) {
  if (!shown) return null;
  return (
    <section className={styles.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function isEmpty(document: GuidelineDocument): boolean {
  const { statement, labels, rules, edge_cases, constraints, escalation } = document;
  const lists = [labels, rules, edge_cases];
  return !statement && !constraints && !escalation && lists.every((list) => list.length === 0);
}
