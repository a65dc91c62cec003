import type { ComponentType } from 'react';
import type { Control, ResultItem } from '../api/types';

/** Something of a control that one key can press: a choice, a tool, a rating. */
export interface Slot {
  id: string;
  title: string;
  /** The key its label config asks for; null leaves it to the page. */
  wants: string | null;
}

export interface EditorProps {
  control: Control;
  /** This control's items of the result; empty when nothing is answered yet. */
  items: readonly ResultItem[];
  onChange: (items: ResultItem[]) => void;
  /** The key that presses a slot, as in KeyBinding.keys. */
  keyOf: (slotId: string) => string | null;
  /** Id of the sentence that says what is missing, while it is missing. */
  missingId: string | null;
}

export interface Layer {
  /** Whose answer it is, as it may be shown to the reader. */
  title: string;
  items: readonly ResultItem[];
}

export interface ViewerProps {
  control: Control;
  /** Several answers to one task, side by side; one layer is the plain case. */
  layers: readonly Layer[];
}

/**
 * One way to answer: the web twin of `assay/labels/<type>.py`. Its answer is held as Label Studio
 * result items, so that drafts, submissions and the viewer share one form.
 */
export interface LabelType {
  /** `type` of the controls it serves. */
  id: string;
  slots: (control: Control) => Slot[];
  /** The items after a slot was pressed. */
  press: (control: Control, items: readonly ResultItem[], slotId: string) => ResultItem[];
  /** What is still to be answered, as a kind sentence; null when it may be submitted. */
  missing: (control: Control, items: readonly ResultItem[]) => string | null;
  /** Labels in use, to open the guideline at. */
  chosen: (items: readonly ResultItem[]) => string[];
  Editor: ComponentType<EditorProps>;
  Viewer: ComponentType<ViewerProps>;
}
