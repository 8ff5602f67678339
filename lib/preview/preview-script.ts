/**
 * Runs in every previewed page (`setPreviewScript`): tells the IDE where the page is and takes back, forward and reload from it. The page is the project's own and
 * may say anything, so the IDE checks what arrives (`readPreviewMessage`).
 */
export const PREVIEW_SCRIPT = String.raw`(() => {
  if (window.parent === window || window.__jampotPreview) return;
  Object.defineProperty(window, '__jampotPreview', { value: true });
  const tell = () => window.parent.postMessage(
    { jampot: 'preview-location', path: location.pathname + location.search + location.hash, title: document.title }, '*');
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
  });
  tell();
})();`;

export interface PreviewLocation {
  /** Path with query and fragment, beginning with `/`. */
  readonly path: string;
  readonly title: string;
}

export type PreviewCommand = 'back' | 'forward' | 'reload';

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
  const { jampot, path, title } = data as Record<string, unknown>;
  if (jampot !== 'preview-location' || typeof path !== 'string' || path.length > 2048 || previewAddress(path, base) === null) return null;
  return { path, title: typeof title === 'string' ? title.slice(0, 200) : '' };
}
