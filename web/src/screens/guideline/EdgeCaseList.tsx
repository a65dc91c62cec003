import { useState } from 'react';
import type { GuidelineDocument } from '../../api/lead/guideline';
import { Button } from '../../ui/Button';
import { nextId, replaced, without } from './document';
import styles from './GuidelineEditor.module.css';
import { Row, TextBox } from './TextRow';
import { words } from './words';

interface Props {
  document: GuidelineDocument;
  onChange: (cases: GuidelineDocument['edge_cases']) => void;
}

/** The hard cases, each with how it is decided. */
export function EdgeCaseList({ document: shown, onChange }: Props) {
  const cases = shown.edge_cases;
  const [begun, setBegun] = useState<string | null>(null);
  const begin = () => {
    const id = nextId(shown, 'E');
    setBegun(id);
    onChange([...cases, { id, case: '', decision: '' }]);
  };
  return (
    <section className={styles.part} id="edge_cases" tabIndex={-1} aria-label={words.edgeCases}>
      <h3>{words.edgeCases}</h3>
      <ul>
        {cases.map((one, place) => (
          <Row key={one.id} name={one.id} onRemove={() => onChange(without(cases, place))}>
            <span className={styles.id}>{one.id}</span>
            <TextBox
              label={`${words.caseText} ${one.id}`}
              placeholder={words.caseText}
              value={one.case}
              onChange={(text) => onChange(replaced(cases, place, { ...one, case: text }))}
              autoFocus={one.id === begun}
            />
            <TextBox
              label={`${words.caseDecision} ${one.id}`}
              placeholder={words.caseDecision}
              value={one.decision}
              onChange={(decision) => onChange(replaced(cases, place, { ...one, decision }))}
              onEnter={begin}
            />
          </Row>
        ))}
      </ul>
      <Button look="quiet" icon="add" onClick={begin}>
        {words.addCase}
      </Button>
    </section>
  );
}
