/** Entry point of the page that a preview's address gives while no service worker answers for it: registers the worker and loads again. */
import { registerWorker } from './register.ts';
import { escapeHtml } from './status-page.ts';
import { STATUS_STYLE } from './status-style.ts';

/** Loads that brought this page again; a few happen when the browser is told to go around the worker. */
const COUNT = 'jampot-bootstrap';
const MOST = 3;

function show(title: string, text: string): void {
  const style = document.createElement('style');
  style.textContent = STATUS_STYLE;
  document.head.append(style);
  document.title = title;
  document.body.innerHTML = `<main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p><button class="button">Try again</button></main>`;
  document.querySelector('button')?.addEventListener('click', () => location.reload());
}

/** How often this page came in the last ten seconds. */
function countLoads(): number {
  const now = Date.now();
  const before = (sessionStorage.getItem(COUNT) ?? '').split(' ').filter((time) => Number(time) > now - 10_000);
  sessionStorage.setItem(COUNT, [...before, now].join(' '));
  return before.length + 1;
}

async function boot(): Promise<void> {
  // Until the real page comes the frame stays plain, in the colours of the system.
  document.documentElement.style.colorScheme = 'light dark';
  try {
    const loads = countLoads();
    await registerWorker();
    if (loads > MOST)
      throw new Error('Its service worker runs, but the browser does not let it answer. Close other tabs of this preview, then try again.');
    location.reload();
  } catch (error) {
    show("The preview can't start", error instanceof Error ? error.message : String(error));
  }
}

void boot();
