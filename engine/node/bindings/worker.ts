/** `internalBinding('worker')` (src/node_worker.cc): which thread this is; starting threads is not there yet. */
import type { CreateBinding } from '../environment.ts';

export const createWorkerBinding =
  (isMainThread: boolean): CreateBinding =>
  (environment) => ({
    isMainThread,
    ownsProcessState: isMainThread,
    isInternalThread: false,
    threadId: environment.threadId,
    threadName: isMainThread ? 'main' : '',
    getEnvMessagePort: () => undefined,
  });
