/** Registers a preview origin's service worker. */

/** Replaced at build time (scripts/engine/bundle.mjs). */
declare const __JAMPOT_ASSETS__: Readonly<Record<string, string>>;

/** Its address changes with its content. */
const SCRIPT = __JAMPOT_ASSETS__['preview-sw.js'] ?? '/__jampot/sw.js';

/** The worker, active. @throws an Error whose message says what to do */
export async function registerWorker(): Promise<ServiceWorker> {
  if (!('serviceWorker' in navigator)) {
    throw new Error(
      'This browser gives the page no service workers: open it over https or below localhost, in a window that is not private.',
    );
  }
  // Registering waits for the browser's look for updates, for seconds after another page of the origin was closed.
  const active = (await navigator.serviceWorker.getRegistration('/'))?.active;
  if (active?.state === 'activated' && active.scriptURL === new URL(SCRIPT, location.href).href) return active;
  let registration: ServiceWorkerRegistration;
  try {
    registration = await navigator.serviceWorker.register(SCRIPT, { scope: '/', updateViaCache: 'none' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The browser refused the preview's service worker. Allow cookies and site data for this site, then reload. (${reason})`,
      { cause: error },
    );
  }
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (worker === null) throw new Error('The service worker of the preview disappeared while it was being installed.');
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (worker.state === 'activated') resolve(worker);
      else if (worker.state === 'redundant') {
        const next = registration.active;
        if (next === null) reject(new Error('The service worker of the preview could not be installed.'));
        else resolve(next);
      }
    };
    worker.addEventListener('statechange', look);
    look();
  });
}
