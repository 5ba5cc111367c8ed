// Keeps the figures of a release's page fresh. Without it the page shows the same when it is loaded again.
const section = document.querySelector('[data-events]');
if (section && 'EventSource' in window) {
  const events = new EventSource(section.dataset.events);
  events.addEventListener('status', (event) => {
    for (const [name, markup] of Object.entries(JSON.parse(event.data))) show(name, markup);
  });
  // Nothing is under way any more: the server says so, and the line is not opened again.
  events.addEventListener('end', () => events.close());
}

/** Replaces a part only when it says something new: a screen reader speaks every change, and an opened detail would close. */
function show(name, markup) {
  const element = document.querySelector(`[data-live="${name}"]`);
  if (!element || element.dataset.shown === markup) return;
  const open = [...element.querySelectorAll('details')].map((details) => details.open);
  if (element.dataset.shown !== undefined || element.innerHTML.trim() !== markup.trim()) element.innerHTML = markup;
  element.dataset.shown = markup;
  for (const [index, details] of [...element.querySelectorAll('details')].entries()) details.open = open[index] ?? false;
}
