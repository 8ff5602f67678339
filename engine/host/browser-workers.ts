/** Workers of the browser for the kernel, and what Node's workers boot from. */
import type { CreateWorker } from '../kernel/workers.ts';
import type { NodeImage, WorkerKind } from '../protocol/worker-messages.ts';
import { assetPath } from './assets.ts';
import { PackedSources } from './lazy-builtins.ts';

const SCRIPTS: Readonly<Record<WorkerKind, string>> = {
  node: 'process-worker.js',
  thread: 'process-worker.js',
  program: 'program-worker.js',
};

export const createBrowserWorker: CreateWorker = (kind, events) => {
  const script = assetPath(SCRIPTS[kind]);
  const worker = new Worker(script, { name: `jampot ${kind}` });
  worker.addEventListener('message', (event: MessageEvent<unknown>) => events.message(event.data, event.ports));
  worker.addEventListener('messageerror', () => events.error('it got a message that it could not read'));
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    events.error(
      event.message === '' || event.message === undefined
        ? `${script} could not be loaded`
        : `${event.message} (${event.filename}:${event.lineno})`,
    );
  });
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    terminate: () => worker.terminate(),
  };
};

/** How many workers wait warm: a booted Node costs about 24 MB, so small machines get few. */
export function warmCounts(hardwareConcurrency: number): Readonly<Record<WorkerKind, number>> {
  const cores = Math.max(1, hardwareConcurrency);
  return { node: Math.min(4, Math.max(2, Math.floor(cores / 2))), thread: 0, program: 4 };
}

/**
 * Milliseconds. Where a process and the page keep all processors busy, a dev server on its way to the first page is not to share them with workers that
 * nobody waits for.
 */
export function refillDelay(hardwareConcurrency: number): number {
  return hardwareConcurrency > 2 ? 1000 : 4000;
}

/** Milliseconds before what few command lines need is loaded: what a project starts with is not to wait for it. */
const REST_DELAY = 5000;

/**
 * Loads what Node's workers boot from into shared memory. What they need later goes on coming after the answer: until it is there, they read it
 * themselves.
 * @throws when the server does not have it.
 */
export async function fetchNodeImage(): Promise<NodeImage> {
  const [builtins, dumps] = await Promise.all([fetchShared('node-builtins.txt'), fetchShared('node-dumps.json')]);
  const { restBytes } = new PackedSources(new Uint8Array(builtins));
  const rest = new SharedArrayBuffer(restBytes);
  const restState = new SharedArrayBuffer(4);
  setTimeout(() => {
    fetchAsset('node-builtins-rest.txt').then(
      (bytes) => {
        new Uint8Array(rest).set(bytes);
        Atomics.store(new Int32Array(restState), 0, 1);
      },
      // Whoever needs it asks again, and says so if it fails again.
      (error: unknown) => console.warn(error),
    );
  }, REST_DELAY);
  return { builtins, rest, restState, dumps };
}

async function fetchShared(name: string): Promise<SharedArrayBuffer> {
  const bytes = await fetchAsset(name);
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

async function fetchAsset(name: string): Promise<Uint8Array> {
  const path = assetPath(name);
  const response = await fetch(path);
  if (!response.ok) throw new Error(`The engine's file ${path} could not be loaded: the server answered ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}
