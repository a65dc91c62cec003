/** Says a sentence to screen readers, through one polite region that lives as long as the page. */
let region: HTMLElement | null = null;

function regionOf(): HTMLElement {
  if (region?.isConnected) return region;
  region = document.createElement('div');
  region.className = 'sr-only';
  region.setAttribute('aria-live', 'polite');
  region.setAttribute('role', 'status');
  document.body.append(region);
  return region;
}

export function announce(sentence: string): void {
  const target = regionOf();
  // The same sentence twice is news twice: an unseen space makes it a change.
  target.textContent = target.textContent === sentence ? `${sentence}\u00a0` : sentence;
}
