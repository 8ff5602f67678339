import { S_IFDIR, S_IFMT, S_IFREG } from './constants.ts';
import { sizeOf } from './inodes.ts';
import {
  BLOCK_SIZE,
  I_BLOCKS,
  I_DIR_LIVE,
  I_GID,
  I_MODE,
  I_NANOSECONDS,
  I_NLINK,
  I_RDEV,
  I_SECONDS,
  I_UID,
  REPORTED_BLOCK_SIZE,
} from './layout.ts';
import type { Volume } from './volume.ts';

const DEVICE = 1;
/** What tmpfs says of a directory: 40 bytes and 20 more for each entry. */
const DIRECTORY_SIZE = 40;
const ENTRY_SIZE = 20;
const SECTORS = REPORTED_BLOCK_SIZE / 512;

/** Fills the 18 fields of `types.ts`, in the order of Node's statValues. */
export function fillStat(volume: Volume, ino: number, at: number, out: Float64Array | BigInt64Array, offset: number): void {
  if (!(out instanceof Float64Array)) return fillBigStat(volume, ino, at, out, offset);
  // Without calls: most programs look at files long before the compiler looks at this.
  const { words, float } = volume;
  const mode = words[at + I_MODE] ?? 0;
  const type = mode & S_IFMT;
  let size = 0;
  let blocks = 0;
  if (type === S_IFDIR) size = DIRECTORY_SIZE + ENTRY_SIZE * (words[at + I_DIR_LIVE] ?? 0);
  else {
    size = sizeOf(volume, at);
    if (type === S_IFREG) blocks = Math.ceil(Math.min((words[at + I_BLOCKS] ?? 0) * BLOCK_SIZE, size) / REPORTED_BLOCK_SIZE) * SECTORS;
  }
  const seconds = (at + I_SECONDS) >> 1;
  const nanoseconds = at + I_NANOSECONDS;
  out[offset] = DEVICE;
  out[offset + 1] = mode;
  out[offset + 2] = words[at + I_NLINK] ?? 0;
  out[offset + 3] = (words[at + I_UID] ?? 0) >>> 0;
  out[offset + 4] = (words[at + I_GID] ?? 0) >>> 0;
  out[offset + 5] = words[at + I_RDEV] ?? 0;
  out[offset + 6] = REPORTED_BLOCK_SIZE;
  out[offset + 7] = ino;
  out[offset + 8] = size;
  out[offset + 9] = blocks;
  out[offset + 10] = float[seconds] ?? 0;
  out[offset + 11] = words[nanoseconds] ?? 0;
  out[offset + 12] = float[seconds + 1] ?? 0;
  out[offset + 13] = words[nanoseconds + 1] ?? 0;
  out[offset + 14] = float[seconds + 2] ?? 0;
  out[offset + 15] = words[nanoseconds + 2] ?? 0;
  out[offset + 16] = float[seconds + 3] ?? 0;
  out[offset + 17] = words[nanoseconds + 3] ?? 0;
}

const FIELDS = 18;
const fields = new Float64Array(FIELDS);

function fillBigStat(volume: Volume, ino: number, at: number, out: BigInt64Array, offset: number): void {
  fillStat(volume, ino, at, fields, 0);
  for (let i = 0; i < FIELDS; i++) out[offset + i] = BigInt(fields[i] ?? 0);
}
