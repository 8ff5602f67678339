/**
 * The page that the official client frames at `/headless`: it starts the kernel's worker, hands it one end of a channel and the other to whoever framed it, and then does nothing,
 * so that this thread stays free for what only a page can do.
 */
import { serve } from '../protocol/comlink.ts';
import { assetPath } from './assets.ts';
import { createBridges } from './bridges.ts';
import type { EngineEnded, HostSettings, KernelToPage, PageToKernel } from './page-messages.ts';

const script = document.currentScript;

function readSettings(): Omit<HostSettings, 'isPersistent'> {
  const { base, project, fetch, disk } = script?.dataset ?? {};
  if (base === undefined || project === undefined)
    throw new Error('The page does not say which project it serves: its script needs data-base and data-project.');
  return { base, project, fetch: fetch === 'on' ? 'on' : 'off', disk: disk === undefined ? null : Number(disk) };
}

/** Origin of the framing page. The server's frame-ancestors policy has let it in already; messages still go to it alone. */
function embedderOrigin(base: string): string {
  const ancestor = location.ancestorOrigins?.[0];
  if (ancestor !== undefined && ancestor !== 'null') return ancestor;
  return URL.canParse(document.referrer) ? new URL(document.referrer).origin : base;
}

/** Null where the browser keeps nothing of this origin. */
function ownStorage(): Storage | null {
  try {
    return localStorage;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

function refuse(port: MessagePort, message: string): void {
  const build = (): never => {
    throw new Error(message);
  };
  serve({ methods: { build } }, port);
}

function boot(): void {
  const settings = readSettings();
  const embedder = embedderOrigin(settings.base);
  const { port1, port2 } = new MessageChannel();
  if (crossOriginIsolated) {
    const worker = new Worker(assetPath('kernel-worker.js'), { name: 'jampot kernel' });
    const life = `jampot-kernel-${crypto.randomUUID()}`;
    let isAlive = false;
    const warn = (message: string): void => window.parent.postMessage({ type: 'warning', level: 'error', message }, embedder);
    const ended = (message: string): void => {
      warn(message);
      window.parent.postMessage({ type: 'jampot-ended', message } satisfies EngineEnded, embedder);
    };
    worker.addEventListener('error', (event) => {
      if (isAlive) warn(`The engine's kernel failed: ${event.message}`);
      else ended("The engine's kernel could not be loaded.");
    });
    const bridges = createBridges(worker, () => (settings.base === embedder ? ownStorage() : null));
    worker.addEventListener('message', ({ data }: MessageEvent<KernelToPage>) => {
      if (data.type === 'open-bridge') return bridges.open(data.port);
      if (data.type === 'working') return bridges.prepare();
      isAlive = true;
      void navigator.locks.request(life, () => ended("The worker of the engine's kernel has ended."));
    });
    worker.postMessage(
      { type: 'serve', port: port1, settings: { ...settings, isPersistent: embedder === settings.base }, life } satisfies PageToKernel,
      [port1],
    );
  } else {
    const message =
      'The engine needs shared memory, which this page may not use: it is not cross-origin isolated. ' +
      'Serve the embedding page with "Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp" (or "credentialless").';
    window.parent.postMessage({ type: 'warning', level: 'error', message }, embedder);
    refuse(port1, message);
  }
  window.parent.postMessage({ type: 'init' }, embedder, [port2]);
}

boot();
