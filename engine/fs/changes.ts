import {
  C_INO,
  C_KIND,
  C_LENGTH,
  C_NAME,
  C_PARENT,
  C_SEQUENCE,
  CHANGE_WORDS,
  H_CHANGE_NAME_HEAD,
  H_CHANGE_OBSERVED,
  H_CHANGE_SEQUENCE,
  I_LOGGED,
} from './layout.ts';
import { inodeAt } from './inodes.ts';
import type { Change, ChangeKind } from './types.ts';
import { decodeUtf8 } from './utf8.ts';
import type { Volume } from './volume.ts';
import { fence, word } from './volume.ts';

/*
 * The change log: a ring of entries and a ring of their names. Writers append under the lock; readers take no lock and find out
 * afterwards whether the ring has come round meanwhile.
 *
 * A file that is modified again and again gets one entry as long as nobody has looked at it: readers raise OBSERVED before they look at
 * the data, writers change the data before they look at OBSERVED, so one of the two always sees the other.
 */

export const CREATE = 0;
export const DELETE = 1;
export const MODIFY = 2;
export const ATTRIBUTES = 3;
const KINDS: readonly ChangeKind[] = ['create', 'delete', 'modify', 'attributes'];

/** `from` holds the name's bytes at `offset`. */
export function logChange(
  volume: Volume,
  kind: number,
  parent: number,
  ino: number,
  from: Uint8Array,
  offset: number,
  length: number,
): void {
  const { words, bytes } = volume;
  const sequence = (word(words, H_CHANGE_SEQUENCE) + 1) | 0;
  const head = word(words, H_CHANGE_NAME_HEAD);
  const size = volume.changeNamesSize;
  for (let i = 0; i < length; i++) bytes[volume.changeNames + ((head + i) & (size - 1))] = from[offset + i] ?? 0;
  const place = entryPlace(volume, sequence);
  // The old entry goes out of sight before its fields change.
  Atomics.store(words, place + C_SEQUENCE, 0);
  words[place + C_KIND] = kind;
  words[place + C_PARENT] = parent;
  words[place + C_INO] = ino;
  words[place + C_NAME] = head;
  words[place + C_LENGTH] = length;
  Atomics.store(words, place + C_SEQUENCE, sequence);
  Atomics.store(words, H_CHANGE_NAME_HEAD, (head + length) | 0);
  if (kind === CREATE || kind === MODIFY) words[inodeAt(volume, ino) + I_LOGGED] = kind === MODIFY ? sequence : 0;
  Atomics.store(words, H_CHANGE_SEQUENCE, sequence);
}

/** Whether the newest 'modify' entry about the inode has not been looked at yet: no further one is needed. */
export function isModifyPending(volume: Volume, at: number): boolean {
  const logged = word(volume.words, at + I_LOGGED);
  return logged > Atomics.load(volume.words, H_CHANGE_OBSERVED);
}

export function newestChange(volume: Volume): number {
  const sequence = Atomics.load(volume.words, H_CHANGE_SEQUENCE);
  for (;;) {
    const observed = Atomics.load(volume.words, H_CHANGE_OBSERVED);
    if (observed >= sequence || Atomics.compareExchange(volume.words, H_CHANGE_OBSERVED, observed, sequence) === observed) return sequence;
  }
}

export function readChanges(volume: Volume, since: number): Change[] | null {
  const { words } = volume;
  const newest = newestChange(volume);
  if (newest - since > volume.changeCapacity) return null;
  const changes: Change[] = [];
  for (let sequence = since + 1; sequence <= newest; sequence++) {
    const place = entryPlace(volume, sequence);
    if (Atomics.load(words, place + C_SEQUENCE) !== sequence) return null;
    const kind = KINDS[word(words, place + C_KIND)] ?? 'modify';
    const parent = word(words, place + C_PARENT);
    const ino = word(words, place + C_INO);
    const start = word(words, place + C_NAME);
    const name = nameAt(volume, start, word(words, place + C_LENGTH));
    fence();
    if (Atomics.load(words, place + C_SEQUENCE) !== sequence) return null;
    // A name being written now may reach 255 bytes beyond the head.
    if ((Atomics.load(words, H_CHANGE_NAME_HEAD) - start) >>> 0 > volume.changeNamesSize - 256) return null;
    changes.push({ sequence, kind, parent, name, ino });
  }
  return changes;
}

const scratch = new Uint8Array(256);

function nameAt(volume: Volume, start: number, length: number): string {
  const mask = volume.changeNamesSize - 1;
  const size = Math.min(255, Math.max(0, length));
  for (let i = 0; i < size; i++) scratch[i] = volume.bytes[volume.changeNames + ((start + i) & mask)] ?? 0;
  return decodeUtf8(scratch, 0, size);
}

function entryPlace(volume: Volume, sequence: number): number {
  return volume.changeIndex + (sequence & (volume.changeCapacity - 1)) * CHANGE_WORDS;
}
