/** Writes to the disk stores of a folder until it is killed, and says what it was promised: `node writer.ts <folder>`. */
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { DiskBlobStore } from '../disk-blob-store.ts';
import { DiskPointerStore } from '../disk-pointer-store.ts';

const folder = process.argv[2] ?? '';
const blobs = new DiskBlobStore(join(folder, 'blobs'));
const pointers = new DiskPointerStore(join(folder, 'pointers'));

// oxlint-disable-next-line typescript/require-await -- a source is asynchronous
async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
}

for (;;) {
  const { hash } = await blobs.put(inPieces(randomBytes(20_000)));
  writeSync(1, `blob ${hash}\n`);
  const newest = await pointers.get('newest');
  const version = await pointers.swap('newest', { hash }, newest?.version ?? null);
  if (version !== null) writeSync(1, `pointer ${version} ${hash}\n`);
}
