import type { System } from '../../system/types.ts';
import { concat } from '../codec.ts';
import { EINTR } from '../errno.ts';

/** All that is left of a descriptor, or -errno. */
export function readAll(system: System, fd: number): Uint8Array | number {
  const chunks: Uint8Array[] = [];
  const buffer = new Uint8Array(65536);
  for (;;) {
    const count = system.readBlocking(fd, buffer);
    if (count === -EINTR) continue;
    if (count < 0) return count;
    if (count === 0) return concat(chunks);
    chunks.push(buffer.slice(0, count));
  }
}
