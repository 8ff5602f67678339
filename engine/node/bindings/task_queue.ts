/** `internalBinding('task_queue')` (src/node_task_queue.cc). Promise jobs run between macrotasks: see loop.ts. */
import type { Callable, CreateBinding } from '../environment.ts';
import type { Steps } from '../loop.ts';

export interface TaskQueue {
  readonly tickInfo: Uint8Array;
  runTicks: () => Steps;
  /** Node's promiseRejectHandler(type, promise, reason). */
  promiseRejected: Callable | undefined;
}

export function createTaskQueue(): TaskQueue {
  return {
    tickInfo: new Uint8Array(2),
    runTicks: () => {
      throw new Error('ticks were run before Node was set up');
    },
    promiseRejected: undefined,
  };
}

export const createTaskQueueBinding =
  (queue: TaskQueue): CreateBinding =>
  (environment) => ({
    tickInfo: queue.tickInfo,
    enqueueMicrotask: (callback: () => void) => environment.host.queueMicrotask(callback),
    setTickCallback: (callback: () => Steps) => {
      queue.runTicks = callback;
    },
    runMicrotasks: () => undefined,
    setPromiseRejectCallback: (callback: Callable) => {
      queue.promiseRejected = callback;
    },
  });
