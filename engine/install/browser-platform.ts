/** The installer's platform in a worker of the page: fetch of the own origin's proxy, caches in the origin's private file system. */
import { OpfsStore } from './opfs-store.ts';
import type { Platform } from './platform.ts';

/** Version of Node whose library the engine runs. */
const NODE_VERSION = 'v24.21.0';

export function browserPlatform(): Platform {
  const store = new OpfsStore(() => navigator.storage.getDirectory());
  return {
    fetch: (input, init) => fetch(input, init),
    registry: new URL('/api/registry/', location.origin).href,
    cache: store.folder('packages'),
    images: store.folder('trees', 4),
    subtle: crypto.subtle,
    nodeVersion: NODE_VERSION,
    now: () => Date.now(),
  };
}
