// Runs before the first paint, so that the page never flashes in the other theme. A file of its
// own, because the page's policy allows no inline script. src/shell/appearance.ts changes it later.
(function () {
  var root = document.documentElement;
  var theme = null;
  var size = null;
  try {
    theme = localStorage.getItem('assay.theme');
    size = localStorage.getItem('assay.text-size');
  } catch {
    // A browser that keeps nothing gets the system's theme.
  }
  var dark = theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'dark' : 'light';
  root.dataset.textSize = size || 'normal';
})();
