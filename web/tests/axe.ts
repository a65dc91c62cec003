import axe from 'axe-core';

/** Rules that need a real browser's layout; the browser tests check them there. */
const NEEDS_LAYOUT = ['color-contrast', 'target-size'];

/** What axe finds wrong in the element, as readable lines; empty when nothing. */
export async function axeFindings(element: Element): Promise<string[]> {
  const rules = Object.fromEntries(NEEDS_LAYOUT.map((rule) => [rule, { enabled: false }]));
  const { violations } = await axe.run(element, { rules });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}
