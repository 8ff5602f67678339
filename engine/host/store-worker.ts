/** Entry point of the worker that keeps a project's files: what it writes may take its time and holds nobody up. */
import { openFileSystem } from '../fs/file-system.ts';
import { openProjectStore } from './project-store.ts';
import type { ProjectStore, StoreProblem } from './project-store.ts';
import type { KernelToStore, StoreToKernel } from './store-messages.ts';
import { STORE_SLOT } from './store-messages.ts';
import type { WorkerScope } from './worker-scope.ts';

const scope = self as unknown as WorkerScope;
const post = (message: StoreToKernel): void => scope.postMessage(message);
let store: ProjectStore | null = null;

/** Opens the store and fills the file system from it; why it cannot be used, or null. */
async function open(memory: SharedArrayBuffer): Promise<StoreProblem | null> {
  const files = openFileSystem(memory, { slot: STORE_SLOT });
  const opened = await openProjectStore(files, (problem) => post({ type: 'problem', problem }));
  if ('code' in opened) return opened;
  try {
    opened.restore();
  } catch (error) {
    // What is stored stays as it is: nothing is written over what could not be read.
    await opened.close();
    return {
      code: 'JAMPOT_STORE_FAILED',
      message: `The project's stored files could not be read: ${error instanceof Error ? error.message : String(error)}. Changes of this visit are not kept.`,
    };
  }
  store = opened;
  return null;
}

// Only the kernel that made this worker can send to it.
scope.addEventListener('message', ({ data }: MessageEvent<KernelToStore>) => {
  switch (data.type) {
    case 'open':
      return void open(data.files).then(
        (problem) => post({ type: 'opened', problem }),
        (error: unknown) =>
          post({ type: 'opened', problem: { code: 'JAMPOT_STORE_FAILED', message: `The project's files are not kept: ${String(error)}` } }),
      );
    case 'start':
      return store?.start();
    case 'close':
      return void (store?.close() ?? Promise.resolve()).finally(() => post({ type: 'closed' }));
  }
});
