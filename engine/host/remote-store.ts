/** A project's store in a worker of its own, as the kernel sees it. */
import { assetPath } from './assets.ts';
import type { StoreProblem } from './project-store.ts';
import type { KernelToStore, StoreToKernel } from './store-messages.ts';

/** Longest wait for the last changes to be written, in milliseconds. */
const CLOSING = 10_000;

export interface RemoteStore {
  /** Fulfilled when the file system is filled, with why it could not be: it may then hold anything. */
  readonly opened: Promise<StoreProblem | null>;
  /** Begins to write changes as they come. */
  start(): void;
  /** Writes what is left, lets another tab write, and ends the worker. */
  close(): Promise<void>;
}

/** @param report what goes wrong while changes are written */
export function openRemoteStore(files: SharedArrayBuffer, report: (problem: StoreProblem) => void): RemoteStore {
  const worker = new Worker(assetPath('store-worker.js'), { name: 'jampot store' });
  const post = (message: KernelToStore): void => worker.postMessage(message);
  const opened = Promise.withResolvers<StoreProblem | null>();
  const closed = Promise.withResolvers<void>();
  let isOpen = false;
  worker.addEventListener('message', ({ data }: MessageEvent<StoreToKernel>) => {
    if (data.type === 'problem') return report(data.problem);
    if (data.type === 'closed') return closed.resolve();
    isOpen = true;
    opened.resolve(data.problem);
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    const problem: StoreProblem = {
      code: 'JAMPOT_STORE_FAILED',
      message: `What keeps the project's files has ended: ${event.message || 'it could not be loaded'}. Changes from now on are lost when this tab closes.`,
    };
    if (isOpen) report(problem);
    else opened.resolve(problem);
    closed.resolve();
  });
  post({ type: 'open', files });
  return {
    opened: opened.promise,
    start: () => post({ type: 'start' }),
    async close() {
      await opened.promise;
      post({ type: 'close' });
      // One that ended by itself does not answer.
      await Promise.race([closed.promise, new Promise((resolve) => setTimeout(resolve, CLOSING))]);
      worker.terminate();
    },
  };
}
