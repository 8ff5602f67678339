import type { ForwardedMessage, GatewayToPage, PageToGateway, PreviewNavigation } from '../../protocol/preview-messages.ts';
import type { PageFacts } from '../page-script.ts';

/** The page's way to the engine. */
export interface PageChannel {
  post(message: PageToGateway, transfer?: Transferable[]): void;
  /** Calls back once when the engine that now answers goes away, unless the returned function was called before. */
  onEnd(listener: () => void): () => void;
}

/**
 * Runs in the page, before any of its own scripts: cookies, forwarded errors, reloads and navigation reports. It goes there as source text and uses nothing of its module.
 */
export function installPage(facts: PageFacts): PageChannel {
  const { serviceWorker } = navigator;
  const parent = window.parent;
  const isFramed = parent !== window;
  const ownRegistration = serviceWorker.getRegistration.bind(serviceWorker);
  let port: MessagePort | null = null;
  let cookies = facts.cookies;

  const endings = new Set<() => void>();

  /** The engine ended: what was open is over, and the next message looks for another engine. */
  function end(ended: MessagePort): void {
    if (port !== ended) return;
    port = null;
    ended.close();
    const called = [...endings];
    endings.clear();
    for (const listener of called) listener();
  }

  function connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<GatewayToPage>) => {
      if (data.type === 'cookies') cookies = data.text;
      if (data.type === 'engine') void navigator.locks.request(data.lock, { mode: 'shared' }, () => end(port1));
      if (data.type === 'ended') end(port1);
    };
    const { controller } = serviceWorker;
    if (controller !== null) controller.postMessage('jampot-page-port', [port2]);
    else void ownRegistration('/').then((registration) => registration?.active?.postMessage('jampot-page-port', [port2]));
    return port1;
  }
  const channel: PageChannel = {
    post(message, transfer = []) {
      port ??= connect();
      port.postMessage(message, transfer);
    },
    onEnd(listener) {
      endings.add(listener);
      return () => endings.delete(listener);
    },
  };

  // -- cookies: the engine keeps them, since a service worker cannot set them ------------------------
  Object.defineProperty(Document.prototype, 'cookie', {
    configurable: true,
    enumerable: true,
    get: () => cookies,
    set(value: unknown) {
      const text = String(value);
      channel.post({ type: 'cookie', text, path: location.pathname });
      // What the page reads back at once; the engine's answer has the last word.
      const [pair = '', ...attributes] = text.split(';');
      const name = pair.includes('=') ? pair.slice(0, pair.indexOf('=')).trim() : '';
      if (attributes.some((one) => /^\s*httponly\s*$/i.test(one))) return;
      const isGone = attributes.some((one) => {
        const [key = '', ...rest] = one.split('=');
        const attribute = rest.join('=').trim();
        if (/^\s*max-age\s*$/i.test(key)) return Number(attribute) <= 0;
        return /^\s*expires\s*$/i.test(key) && Date.parse(attribute) <= Date.now();
      });
      const others = cookies.split('; ').filter((one) => one !== '' && (one.includes('=') ? one.slice(0, one.indexOf('=')) : '') !== name);
      cookies = (isGone ? others : [...others, pair.trim()]).join('; ');
    },
  });
  channel.post({ type: 'cookie', text: '', path: location.pathname });

  // -- service workers: the origin's is the preview's ---------------------------------------------
  serviceWorker.register = () =>
    Promise.reject(new DOMException('Service workers of a project do not run in its preview.', 'SecurityError'));
  serviceWorker.getRegistrations = () => Promise.resolve([]);
  serviceWorker.getRegistration = () => Promise.resolve(undefined);

  // -- errors for `preview-message` -----------------------------------------------------------------
  if (facts.forwardErrors !== false) {
    const previewId = crypto.randomUUID();
    const place = () => ({ previewId, port: facts.port, pathname: location.pathname, search: location.search, hash: location.hash });
    const send = (message: ForwardedMessage): void => channel.post({ type: 'message', message });
    const describe = (value: unknown): { message: string; stack: string | undefined } =>
      value instanceof Error ? { message: value.message, stack: value.stack } : { message: String(value), stack: undefined };
    const plain = (value: unknown): unknown => {
      if (value instanceof Error) return value.stack ?? String(value);
      try {
        return structuredClone(value);
      } catch {
        return String(value);
      }
    };
    addEventListener('error', (event) => {
      // Elements that cannot be loaded fire events of another kind.
      if (!(event instanceof ErrorEvent)) return;
      const { message, stack } = event.error instanceof Error ? describe(event.error) : { message: event.message, stack: undefined };
      send({ type: 'PREVIEW_UNCAUGHT_EXCEPTION', ...place(), message, stack });
    });
    addEventListener('unhandledrejection', (event) => send({ type: 'PREVIEW_UNHANDLED_REJECTION', ...place(), ...describe(event.reason) }));
    if (facts.forwardErrors === true) {
      const original = console.error;
      console.error = (...args: unknown[]) => {
        original.apply(console, args);
        send({ type: 'PREVIEW_CONSOLE_ERROR', ...place(), args: args.map(plain), stack: new Error('console.error').stack });
      };
    }
  }

  // -- what the embedding page asks and hears -------------------------------------------------------------
  if (isFramed) {
    let last = '';
    const tell = (): void => {
      const report: PreviewNavigation = { type: 'jampot-preview-navigation', url: location.href, title: document.title };
      const key = `${report.url}\n${report.title}`;
      if (key === last) return;
      last = key;
      // Only the IDE hears it: any other parent's origin drops the message.
      parent.postMessage(report, facts.base);
    };
    for (const name of ['pushState', 'replaceState'] as const) {
      const original = history[name];
      history[name] = function (this: History, ...args: Parameters<History['pushState']>) {
        original.apply(this, args);
        tell();
      };
    }
    for (const name of ['DOMContentLoaded', 'popstate', 'hashchange', 'pageshow', 'load']) addEventListener(name, tell);
    addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.source !== parent || typeof event.data !== 'object' || event.data === null) return;
      const { type, command, callback } = event.data as Record<string, unknown>;
      if (type === 'LOCALSERVICE_RELOAD_WINDOW' && callback instanceof MessagePort) {
        callback.postMessage({ type: 'LOCALSERVICE_WINDOW_RELOADED' });
        location.reload();
      }
      if (type !== 'jampot-preview-command' || event.origin !== facts.base) return;
      if (command === 'back') history.back();
      if (command === 'forward') history.forward();
      if (command === 'reload') location.reload();
    });
  }
  return channel;
}
