// Runs in the page before anything else. It knows a task by the number that every text of the benchmark
// carries, "(order 17, ...)", and notes when each one was painted, and which key press had asked for it.
(() => {
  const probe = { firstPaintedAt: null, latencies: [], shown: null, pressedAt: null };
  window.assayProbe = probe;

  const current = () => {
    for (const section of document.querySelectorAll('section')) {
      const found = /\(order (\d+), /.exec(section.textContent ?? '');
      if (found) return found[1];
    }
    return null;
  };

  // A message posted from inside an animation frame arrives right after that frame was painted.
  const afterPaint = (run) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => run(performance.now());
      channel.port2.postMessage(null);
    });
  };

  const look = () => {
    const now = current();
    if (now === null || now === probe.shown) return;
    probe.shown = now;
    const pressedAt = probe.pressedAt;
    probe.pressedAt = null;
    afterPaint((painted) => {
      probe.firstPaintedAt ??= painted;
      if (pressedAt !== null) probe.latencies.push(painted - pressedAt);
    });
  };

  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') probe.pressedAt = event.timeStamp;
  }, { capture: true });
})();
