import { useState } from 'react';
import { Button } from '../../ui/Button';
import { replaced, without } from './document';
import styles from './GuidelineEditor.module.css';
import { Row, TextBox } from './TextRow';
import { words } from './words';

interface Props {
  /** The field's name in gaps: "labels[1].negative". */
  id: string;
  title: string;
  examples: readonly string[];
  onChange: (examples: string[]) => void;
}

/** Examples one below the other; Enter begins the next. */
export function ExampleList({ id, title, examples, onChange }: Props) {
  const [begun, setBegun] = useState<number | null>(null);
  const begin = () => {
    setBegun(examples.length);
    onChange([...examples, '']);
  };
  return (
    <div className={styles.list} id={id} tabIndex={-1} role="group" aria-label={title}>
      <p>{title}</p>
      <ul>
        {examples.map((example, place) => (
          <Row
            key={place}
            name={words.example(place + 1)}
            onRemove={() => onChange(without(examples, place))}
          >
            <TextBox
              label={`${title}, ${words.example(place + 1).toLowerCase()}`}
              value={example}
              onChange={(text) => onChange(replaced(examples, place, text))}
              onEnter={begin}
              autoFocus={place === begun}
            />
          </Row>
        ))}
      </ul>
      <Button look="quiet" icon="add" onClick={begin}>
        {words.addExample}
      </Button>
    </div>
  );
}
