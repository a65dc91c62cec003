import { useState } from 'react';
import type { GuidelineDocument } from '../../api/lead/guideline';
import { Button } from '../../ui/Button';
import { nextId, replaced, without } from './document';
import styles from './GuidelineEditor.module.css';
import { Row, TextBox } from './TextRow';
import { words } from './words';

interface Props {
  document: GuidelineDocument;
  onChange: (rules: GuidelineDocument['rules']) => void;
}

/** The decision rules. An id is given once and stays: people refer to it. */
export function RuleList({ document: shown, onChange }: Props) {
  const { rules } = shown;
  const [begun, setBegun] = useState<string | null>(null);
  const begin = () => {
    const id = nextId(shown, 'R');
    setBegun(id);
    onChange([...rules, { id, text: '' }]);
  };
  return (
    <section className={styles.part} id="rules" tabIndex={-1} aria-label={words.rules}>
      <h3>{words.rules}</h3>
      <ul>
        {rules.map((rule, place) => (
          <Row key={rule.id} name={rule.id} onRemove={() => onChange(without(rules, place))}>
            <span className={styles.id}>{rule.id}</span>
            <TextBox
              label={`${words.ruleText} ${rule.id}`}
              value={rule.text}
              onChange={(text) => onChange(replaced(rules, place, { ...rule, text }))}
              onEnter={begin}
              autoFocus={rule.id === begun}
            />
          </Row>
        ))}
      </ul>
      <Button look="quiet" icon="add" onClick={begin}>
        {words.addRule}
      </Button>
    </section>
  );
}
