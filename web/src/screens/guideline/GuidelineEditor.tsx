import { useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Guideline, GuidelineDocument } from '../../api/lead/guideline';
import { Button } from '../../ui/Button';
import { TextArea } from '../../ui/Field';
import { Notice } from '../../ui/State';
import { useVersionDraft } from '../parts/use_version_draft';
import { replaced } from './document';
import { EdgeCaseList } from './EdgeCaseList';
import { ExampleList } from './ExampleList';
import styles from './GuidelineEditor.module.css';
import { RuleList } from './RuleList';
import { SaveGuideline } from './SaveGuideline';
import { words } from './words';

/** The guideline to write. What is written stays in this browser until it is saved as a version. */
export function GuidelineEditor({
  projectId,
  guideline,
}: {
  projectId: string;
  guideline: Guideline;
}) {
  const draft = useVersionDraft(`guideline.${projectId}`, guideline.version, guideline.document);
  const shown = draft.content;
  const set = (patch: Partial<GuidelineDocument>) => draft.set({ ...shown, ...patch });
  useFieldOfAddress();
  return (
    <div className={styles.editor}>
      <p className={styles.quiet}>{words.editLead}</p>
      {draft.found && (
        <Notice
          action={
            <Button look="quiet" onClick={draft.forget}>
              {words.discard}
            </Button>
          }
        >
          {words.found}
        </Notice>
      )}
      {draft.outdated && (
        <Notice tone="warn" icon="warn">
          {`${words.outdated(guideline.version)} ${words.outdatedAction}`}
        </Notice>
      )}
      <div id="statement" tabIndex={-1}>
        <TextArea
          label={words.statement}
          hint={words.statementHint}
          rows={3}
          value={shown.statement}
          onChange={(statement) => set({ statement })}
        />
      </div>
      <Labels labels={shown.labels} onChange={(labels) => set({ labels })} />
      <RuleList document={shown} onChange={(rules) => set({ rules })} />
      <EdgeCaseList document={shown} onChange={(edge_cases) => set({ edge_cases })} />
      <div id="constraints" tabIndex={-1}>
        <TextArea
          label={words.constraints}
          hint={words.constraintsHint}
          value={shown.constraints}
          onChange={(constraints) => set({ constraints })}
        />
      </div>
      <div id="escalation" tabIndex={-1}>
        <TextArea
          label={words.escalation}
          hint={words.escalationHint}
          value={shown.escalation}
          onChange={(escalation) => set({ escalation })}
        />
      </div>
      <SaveGuideline projectId={projectId} version={guideline.version} draft={draft} />
    </div>
  );
}

type Label = GuidelineDocument['labels'][number];

function Labels({
  labels,
  onChange,
}: {
  labels: readonly Label[];
  onChange: (labels: Label[]) => void;
}) {
  return labels.map((label, place) => {
    const set = (patch: Partial<Label>) =>
      onChange(replaced(labels, place, { ...label, ...patch }));
    return (
      <fieldset key={`${label.control} ${label.label}`} className={styles.label}>
        <legend dir="auto">{label.label}</legend>
        <div id={`labels[${place}].definition`} tabIndex={-1}>
          <TextArea
            label={words.definition}
            rows={2}
            value={label.definition}
            onChange={(definition) => set({ definition })}
          />
        </div>
        <ExampleList
          id={`labels[${place}].positive`}
          title={words.positive}
          examples={label.positive}
          onChange={(positive) => set({ positive })}
        />
        <ExampleList
          id={`labels[${place}].negative`}
          title={words.negative}
          examples={label.negative}
          onChange={(negative) => set({ negative })}
        />
      </fieldset>
    );
  });
}

/** The address may name a field after the # (a gap's): it is brought into sight, ready to type. */
function useFieldOfAddress() {
  const field = useLocation({ select: ({ hash }) => hash });
  useEffect(() => {
    if (!field) return;
    const place = document.getElementById(decodeURIComponent(field));
    // After the shell has put the focus on the page's title.
    const timer = setTimeout(() => {
      place?.scrollIntoView({ block: 'center' });
      place?.querySelector<HTMLElement>('textarea, button')?.focus({ preventScroll: true });
    }, 80);
    return () => clearTimeout(timer);
  }, [field]);
}
