import type { ComponentType, ReactNode } from 'react';
import type { Control, OutlineNode } from '../api/types';
import styles from './outline.module.css';
import { nameOf, shownText } from './shown_text';

interface ObjectProps {
  node: OutlineNode;
  data: Record<string, unknown>;
  children: ReactNode;
}

const TextObject = ({ node, data }: ObjectProps) => (
  <div className={styles.text} dir="auto">
    {shownText(node, data)}
  </div>
);

const HeaderObject = ({ node, data }: ObjectProps) => (
  <h2 className={styles.header} dir="auto">
    {shownText(node, data)}
  </h2>
);

/** Shown as it is written, until Markdown is drawn. */
const MarkdownObject = ({ node, data }: ObjectProps) => (
  <p className={styles.markdown} dir="auto">
    {shownText(node, data)}
  </p>
);

const PanelObject = ({ node, data, children }: ObjectProps) => (
  <details className={styles.panel} open={node.attrs.open === 'true'}>
    <summary dir="auto">{shownText(node, data)}</summary>
    {children}
  </details>
);

const ViewObject = ({ node, children }: ObjectProps) => (
  <div className={node.attrs.display === 'inline' ? styles.inline : styles.view}>{children}</div>
);

/** What a task may show, by the tag of its label config. Adding one is a line here. */
const OBJECTS: Record<string, ComponentType<ObjectProps>> = {
  View: ViewObject,
  Collapse: ViewObject,
  Panel: PanelObject,
  Header: HeaderObject,
  Markdown: MarkdownObject,
  Text: TextObject,
};

const Unsupported = ({ node }: ObjectProps) => (
  <p className={styles.unsupported}>This page cannot show “{nameOf(node) || node.tag}” yet.</p>
);

interface Props {
  nodes: readonly OutlineNode[];
  data: Record<string, unknown>;
  controls: ReadonlyMap<string, Control>;
  renderControl: (control: Control) => ReactNode;
}

/** An unsupported tag carries its own tag as the name, which may look like a control's. */
function controlOf(node: OutlineNode, controls: ReadonlyMap<string, Control>): Control | undefined {
  return node.tag === 'Unsupported' ? undefined : controls.get(nameOf(node));
}

/** Draws a label config in its own order. A node whose name is a control's is drawn by that control. */
export function Outline({ nodes, data, controls, renderControl }: Props) {
  return nodes.map((node, place) => {
    const control = controlOf(node, controls);
    if (control) return <div key={place}>{renderControl(control)}</div>;
    const Drawn = OBJECTS[node.tag] ?? Unsupported;
    return (
      <Drawn key={place} node={node} data={data}>
        <Outline
          nodes={node.children}
          data={data}
          controls={controls}
          renderControl={renderControl}
        />
      </Drawn>
    );
  });
}

function holds(node: OutlineNode, test: (node: OutlineNode) => boolean): boolean {
  return test(node) || node.children.some((child) => holds(child, test));
}

/**
 * Parts a config into what is looked at and what is pressed, so that the controls keep their place
 * under a text of any length. The question (a Header) right before the first control goes with the
 * controls. A config that mixes both stays whole, in `stage`.
 */
export function splitOutline(
  root: OutlineNode,
  controls: ReadonlyMap<string, Control>,
): { stage: OutlineNode[]; dock: OutlineNode[] } {
  const isControl = (node: OutlineNode) => controlOf(node, controls) !== undefined;
  const isObject = (node: OutlineNode) => !isControl(node) && nameOf(node) !== '';
  const nodes = root.children;
  const first = nodes.findIndex((node) => holds(node, isControl));
  if (first < 0) return { stage: nodes, dock: [] };
  const from = first > 0 && nodes[first - 1]?.tag === 'Header' ? first - 1 : first;
  const dock = nodes.slice(from);
  if (from === 0 || dock.some((node) => holds(node, isObject))) return { stage: nodes, dock: [] };
  return { stage: nodes.slice(0, from), dock };
}
