import type { View } from './server';

/**
 * The server's words that the labeling page and the shell use. They come from schema.d.ts, which
 * `npm run api` makes from the server's OpenAPI document; only what that document leaves open
 * (a result, a node of the outline) is said closer here.
 */
export type Role = View['SessionView']['role'];
export type Session = View['SessionView'];
export type Invitation = View['InvitationPreview'];
export type OwnProject = View['OwnProject'];
export type Progress = View['OwnProgress'];
export type GuidelineDocument = View['GuidelineDocument'];
export type GuidelineLabel = View['GuidelineLabel'];
export type Assignment = View['AssignmentView'];
export type NextAnswer = View['Offer'];
export type SubmitAnswer = View['Receipt'];

/** A piece of a shown value: a text, or the path of what to show from the task's data. */
export interface ValuePart {
  text?: string;
  path?: (string | number)[];
}

export interface OutlineNode {
  tag: string;
  /** Of objects and controls. */
  name?: string | null;
  attrs: Record<string, string>;
  value?: ValuePart[] | null;
  children: OutlineNode[];
}

export interface Choice {
  value: string;
  label: string;
  hotkey: string | null;
  hint: string | null;
  background: string | null;
  /** Choices inside it; then only the innermost are answers. */
  children?: Choice[];
}

/** A control as the server describes it; what a label type adds beyond these is its own business. */
export interface Control {
  name: string;
  to_name: string[];
  type: string;
  required: boolean;
  required_message?: string | null;
  multiple?: boolean;
  choices?: Choice[];
}

/** One item of a Label Studio result array. */
export interface ResultItem {
  from_name: string;
  to_name: string;
  type: string;
  value: Record<string, unknown>;
}

export type Workbench = Omit<View['Workbench'], 'label_config'> & {
  label_config: { version: number; outline: OutlineNode; controls: Control[] };
};

export interface SubmitBody {
  submission_id: string;
  result: ResultItem[];
  confidence?: number;
  seconds?: number;
  supersedes?: string;
}

export type RecentSubmission = Omit<View['RecentSubmission'], 'result'> & { result: ResultItem[] };

export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  code?: string;
  detail?: string;
  action?: string | null;
  field?: string | null;
}
