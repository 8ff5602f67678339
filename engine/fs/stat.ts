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
import { word } from './volume.ts';

const DEVICE = 1;
/** What tmpfs says of a directory: 40 bytes and 20 more for each entry. */
const DIRECTORY_SIZE = 40;
const ENTRY_SIZE = 20;
const SECTORS = REPORTED_BLOCK_SIZE / 512;

/** Fills the 18 fields of `types.ts`, in the order of Node's statValues. */
export function fillStat(volume: Volume, ino: number, at: number, out: Float64Array | BigInt64Array, offset: number): void {
  const { words, float } = volume;
  const mode = word(words, at + I_MODE);
  const type = mode & S_IFMT;
  const size = type === S_IFDIR ? DIRECTORY_SIZE + ENTRY_SIZE * word(words, at + I_DIR_LIVE) : sizeOf(volume, at);
  const used = type === S_IFREG ? Math.min(word(words, at + I_BLOCKS) * BLOCK_SIZE, size) : 0;
  const blocks = Math.ceil(used / REPORTED_BLOCK_SIZE) * SECTORS;
  const nlink = word(words, at + I_NLINK);
  const seconds = (at + I_SECONDS) >> 1;
  const nanoseconds = at + I_NANOSECONDS;
  if (out instanceof Float64Array) {
    out[offset] = DEVICE;
    out[offset + 1] = mode;
    out[offset + 2] = nlink;
    out[offset + 3] = word(words, at + I_UID) >>> 0;
    out[offset + 4] = word(words, at + I_GID) >>> 0;
    out[offset + 5] = word(words, at + I_RDEV);
    out[offset + 6] = REPORTED_BLOCK_SIZE;
    out[offset + 7] = ino;
    out[offset + 8] = size;
    out[offset + 9] = blocks;
    out[offset + 10] = float[seconds] ?? 0;
    out[offset + 11] = word(words, nanoseconds);
    out[offset + 12] = float[seconds + 1] ?? 0;
    out[offset + 13] = word(words, nanoseconds + 1);
    out[offset + 14] = float[seconds + 2] ?? 0;
    out[offset + 15] = word(words, nanoseconds + 2);
    out[offset + 16] = float[seconds + 3] ?? 0;
    out[offset + 17] = word(words, nanoseconds + 3);
    return;
  }
  const fields = [
    DEVICE,
    mode,
    nlink,
    word(words, at + I_UID) >>> 0,
    word(words, at + I_GID) >>> 0,
    word(words, at + I_RDEV),
    REPORTED_BLOCK_SIZE,
    ino,
    size,
    blocks,
  ];
  for (let i = 0; i < 4; i++) fields.push(float[seconds + i] ?? 0, word(words, nanoseconds + i));
  for (let i = 0; i < fields.length; i++) out[offset + i] = BigInt(fields[i] ?? 0);
}
