import { useState } from 'react';
import type { Template } from '../../api/lead/projects';
import type { Problem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { Part } from '../../ui/Part';
import { LabelConfigEditor } from '../parts/LabelConfigEditor';
import { LabelConfigPreview } from '../parts/LabelConfigPreview';
import { STARTER, words } from './new_words';
import styles from './NewProject.module.css';

interface Props {
  template: Template | undefined;
  /** null: the template's own. */
  labelConfig: string | null;
  onChange: (labelConfig: string) => void;
  refused: Problem | null;
}

/** What annotators will be asked: a template's preview, and the label config for those who want it otherwise. */
export function AskedPart({ template, labelConfig, onChange, refused }: Props) {
  const [open, setOpen] = useState(!template || labelConfig !== null);
  const editing = open || !template || refused !== null;
  return (
    <Part
      title={words.answers}
      tools={
        template && (
          <Button look="quiet" icon="edit" aria-expanded={editing} onClick={() => setOpen(!open)}>
            {editing ? words.keep : words.change}
          </Button>
        )
      }
    >
      {editing ? (
        <LabelConfigEditor
          value={labelConfig ?? template?.label_config ?? STARTER}
          onChange={onChange}
          refused={refused}
        />
      ) : (
        <section className={styles.preview} aria-label={words.preview}>
          <LabelConfigPreview
            outline={template.outline}
            controls={template.controls}
            sample={template.sample}
          />
        </section>
      )}
    </Part>
  );
}
