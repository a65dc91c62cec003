const PALETTE_SIZE = 12;
const HEX = /^#[0-9a-f]{6}$/i;

/**
 * The color of the label at a place: the config's own only when it is exactly #rrggbb (it is text
 * from outside and goes into a style), else one of the twelve of ui/tokens.css, from the start
 * again after the twelfth. Key and name always stand beside it.
 */
export function labelColor(index: number, background: string | null): string {
  if (background !== null && HEX.test(background)) return background;
  return `var(--label-${(index % PALETTE_SIZE) + 1})`;
}
