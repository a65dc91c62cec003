import type { OutlineNode, ValuePart } from '../api/types';

/** The name of an object or control; empty for what only arranges. */
export const nameOf = (node: OutlineNode): string => node.name ?? node.attrs.name ?? '';

/** What the data holds at a path; undefined when it is not there. */
function lookUp(data: unknown, path: readonly (string | number)[]): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `$a.b[0]` as a path; null for a plain text. */
function partOf(attribute: string): ValuePart {
  if (!attribute.startsWith('$')) return { text: attribute };
  const steps = attribute.slice(1).match(/[\w-]+/g) ?? [];
  return { path: steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step)) };
}

/** The text of a node for one task; what is missing in the data is empty. */
export function shownText(node: OutlineNode, data: Record<string, unknown>): string {
  const parts = node.value ?? (node.attrs.value ? [partOf(node.attrs.value)] : []);
  return parts
    .map((part) => (part.path ? asText(lookUp(data, part.path)) : (part.text ?? '')))
    .join('');
}
