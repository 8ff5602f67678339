/** Entry point of the kernel's worker. */
import { openContainer } from './container.ts';
import type { Container } from './container.ts';
import { parseBuildOptions } from '../protocol/api-requests.ts';
import { remote, serve } from '../protocol/comlink.ts';
import type { HostSettings, KernelToPage, PageToKernel } from './page-messages.ts';
import type { WorkerScope } from './worker-scope.ts';

const scope = self as unknown as WorkerScope;
let current: Container | null = null;

async function build(settings: HostSettings, options: unknown): Promise<unknown> {
  const parsed = parseBuildOptions(options);
  if (current !== null) throw new Error('An instance is running: tear it down before another is built.');
  const container = openContainer(settings, parsed, {
    askForBridge: (port) => scope.postMessage({ type: 'open-bridge', port } satisfies KernelToPage),
    working: () => scope.postMessage({ type: 'working' } satisfies KernelToPage),
    closed: () => {
      if (current === container) current = null;
    },
  });
  current = container;
  try {
    await container.ready;
  } catch (error) {
    await container.close();
    throw error;
  }
  return remote(container.service);
}

// Only the page that made this worker can send to it: the message needs no further check than its type.
scope.addEventListener('message', ({ data }: MessageEvent<PageToKernel>) => {
  switch (data.type) {
    case 'serve':
      serve({ methods: { build: (options) => build(data.settings, options) } }, data.port);
      // Held until this worker ends, however it ends.
      return void navigator.locks.request(data.life, () => {
        scope.postMessage({ type: 'alive' } satisfies KernelToPage);
        return new Promise(() => {});
      });
    case 'preview-link':
      if (current === null) return data.link.close();
      return current.previews.addLink(data.port, data.link);
    case 'preview-failed':
      return current?.previews.bridgeFailed(data.port, data.message);
  }
});
