/**
 * Runs in every previewed page (`setPreviewScript`): tells the IDE where the page is and takes back, forward and reload from it. The page is the project's own and
 * may say anything, so the IDE checks what arrives (`readPreviewMessage`).
 */
export const PREVIEW_SCRIPT = String.raw`(() => {
  if (window.parent === window || window.__jampotPreview) return;
  Object.defineProperty(window, '__jampotPreview', { value: true });
  const [navigation] = performance.getEntriesByType('navigation');
  const tell = (event) => window.parent.postMessage({
    jampot: 'preview-location',
    path: location.pathname + location.search + location.hash,
    title: document.title,
    loaded: event?.type === 'pageshow',
    age: performance.now(),
    reloaded: navigation?.type === 'reload',
  }, '*');
  // Only our own engine's service worker can tell.
  const check = async () => {
    if (!navigator.serviceWorker?.controller?.scriptURL.startsWith(location.origin + '/__jampot/')) return;
    const { current } = await (await fetch('/__jampot/current', { cache: 'no-store' })).json();
    if (current === false) window.parent.postMessage({ jampot: 'preview-old' }, '*');
  };
  for (const name of ['pushState', 'replaceState']) {
    const original = history[name];
    history[name] = function (...args) {
      const result = original.apply(this, args);
      tell();
      return result;
    };
  }
  addEventListener('popstate', tell);
  addEventListener('hashchange', tell);
  addEventListener('pageshow', tell);
  addEventListener('message', (event) => {
    if (event.source !== window.parent || !event.data || event.data.jampot !== 'preview-command') return;
    if (event.data.command === 'back') history.back();
    if (event.data.command === 'forward') history.forward();
    if (event.data.command === 'reload') location.reload();
    if (event.data.command === 'check') void check();
  });
  tell();
})();`;

export interface PreviewLocation {
  /** Path with query and fragment, beginning with `/`. */
  readonly path: string;
  readonly title: string;
  /** The page has just been loaded, with all that it loads. */
  readonly loaded: boolean;
  /** Milliseconds since the navigation to the page began. */
  readonly age: number;
  /** Whether the page came by loading the one before again. */
  readonly reloaded: boolean;
}

/** `check` makes the page say `preview-old` when its server has another document for it by now. */
export type PreviewCommand = 'back' | 'forward' | 'reload' | 'check';

export function previewCommand(command: PreviewCommand): { readonly jampot: 'preview-command'; readonly command: PreviewCommand } {
  return { jampot: 'preview-command', command };
}

/** Address of a path in the preview at `base`, or null when it would lead elsewhere, as `//example.com` and `/\example.com` do. */
export function previewAddress(path: string, base: string): string | null {
  if (!path.startsWith('/') || !URL.canParse(path, base)) return null;
  const url = new URL(path, base);
  return url.origin === new URL(base).origin ? url.href : null;
}

/** The location in a message from a preview at `base`, or null when the message is none. */
export function readPreviewMessage(data: unknown, base: string): PreviewLocation | null {
  if (typeof data !== 'object' || data === null) return null;
  const { jampot, path, title, loaded, age, reloaded } = data as Record<string, unknown>;
  if (jampot !== 'preview-location' || typeof path !== 'string' || path.length > 2048 || previewAddress(path, base) === null) return null;
  return {
    path,
    title: typeof title === 'string' ? title.slice(0, 200) : '',
    loaded: loaded === true,
    age: typeof age === 'number' && age >= 0 ? age : 0,
    reloaded: reloaded === true,
  };
}

/** Whether a message says that the page is older than what its server has. */
export function isOldMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && (data as Record<string, unknown>)['jampot'] === 'preview-old';
}
