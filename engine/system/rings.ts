/**
 * Byte rings of 64 KB: each direction of a pipe, a socket or a terminal. All functions are called with the control lock held, except `readable` and `writable`
 * (which only look) and `ringInterest`.
 *
 * ```
 *        HEAD (bytes ever read)            TAIL (bytes ever written)      both modulo 2^32
 *          ▼                                 ▼
 *  ┌───────┬─────────────────────────────────┬────────┐
 *  │ free  │ unread                          │ free   │  64 KB, position = counter mod 65536
 *  └───────┴─────────────────────────────────┴────────┘
 * ```
 */
import type { Control } from './control.ts';
import { clearBitmap, wakeBitmap, word } from './control.ts';
import { EAGAIN, ECONNRESET, EPIPE, ENFILE } from './errno.ts';
import { HEADER, MAX_RINGS, PIPE_BUF, RING, RING_BYTES, RING_DATA_AT, RING_WORDS, RINGS_AT } from './layout.ts';

export function ringAt(ring: number): number {
  return RINGS_AT / 4 + ring * RING_WORDS;
}

/** A ring without ends, or -ENFILE when all are in use. */
export function allocateRing(control: Control): number {
  const { words } = control;
  let ring = word(control, HEADER.FREE_RING) - 1;
  if (ring >= 0) {
    words[HEADER.FREE_RING] = word(control, ringAt(ring) + RING.NEXT);
  } else {
    ring = word(control, HEADER.USED_RINGS);
    if (ring === MAX_RINGS) return -ENFILE;
    words[HEADER.USED_RINGS] = ring + 1;
  }
  const at = ringAt(ring);
  for (const field of [RING.HEAD, RING.TAIL, RING.READERS, RING.WRITERS, RING.RESET, RING.PASSED]) Atomics.store(words, at + field, 0);
  clearBitmap(control, at + RING.READ_INTEREST);
  clearBitmap(control, at + RING.WRITE_INTEREST);
  return ring;
}

/** Gives a ring back; both ends must be closed. */
export function freeRing(control: Control, ring: number): void {
  const { words } = control;
  words[ringAt(ring) + RING.NEXT] = word(control, HEADER.FREE_RING);
  words[HEADER.FREE_RING] = ring + 1;
}

export function addEnd(control: Control, ring: number, end: 'READERS' | 'WRITERS'): void {
  Atomics.add(control.words, ringAt(ring) + RING[end], 1);
}

/** Closes one reading or writing end: the other side sees the end of file or EPIPE, the last end frees the ring. */
export function dropEnd(control: Control, ring: number, end: 'READERS' | 'WRITERS'): void {
  const { words } = control;
  const at = ringAt(ring);
  const left = Atomics.sub(words, at + RING[end], 1) - 1;
  if (left > 0) return;
  wakeBitmap(control, at + (end === 'READERS' ? RING.WRITE_INTEREST : RING.READ_INTEREST));
  if (Atomics.load(words, at + RING.READERS) === 0 && Atomics.load(words, at + RING.WRITERS) === 0) freeRing(control, ring);
}

/** Bytes that can be read now. */
export function unread(control: Control, ring: number): number {
  const at = ringAt(ring);
  return (Atomics.load(control.words, at + RING.TAIL) - Atomics.load(control.words, at + RING.HEAD)) >>> 0;
}

export function hasWriters(control: Control, ring: number): boolean {
  return Atomics.load(control.words, ringAt(ring) + RING.WRITERS) > 0;
}

export function hasReaders(control: Control, ring: number): boolean {
  return Atomics.load(control.words, ringAt(ring) + RING.READERS) > 0;
}

/** Throws away what nobody has read, and has the reader told that the connection was reset. The writing end is to be closed then. */
export function resetRing(control: Control, ring: number): void {
  const at = ringAt(ring);
  Atomics.store(control.words, at + RING.HEAD, Atomics.load(control.words, at + RING.TAIL));
  Atomics.store(control.words, at + RING.RESET, 1);
  wakeBitmap(control, at + RING.READ_INTEREST);
}

/** Copies out without moving the head. Returns the number of bytes. */
export function peek(control: Control, ring: number, target: Uint8Array): number {
  const length = Math.min(unread(control, ring), target.length);
  const data = RING_DATA_AT + ring * RING_BYTES;
  const from = Atomics.load(control.words, ringAt(ring) + RING.HEAD) & (RING_BYTES - 1);
  const first = Math.min(length, RING_BYTES - from);
  target.set(control.bytes.subarray(data + from, data + from + first));
  if (first < length) target.set(control.bytes.subarray(data, data + length - first), first);
  return length;
}

export function skip(control: Control, ring: number, length: number): void {
  const at = ringAt(ring);
  Atomics.add(control.words, at + RING.HEAD, length);
  wakeBitmap(control, at + RING.WRITE_INTEREST);
}

/** Bytes read, 0 at the end of file, -EAGAIN when nothing is there yet. */
export function readRing(control: Control, ring: number, target: Uint8Array): number {
  if (target.length === 0) return 0;
  const length = peek(control, ring, target);
  if (length === 0) {
    if (Atomics.exchange(control.words, ringAt(ring) + RING.RESET, 0) === 1) return -ECONNRESET;
    return hasWriters(control, ring) ? -EAGAIN : 0;
  }
  skip(control, ring, length);
  return length;
}

/** Bytes written (maybe a part), -EAGAIN when full, -EPIPE when nobody will read. Up to PIPE_BUF bytes go in whole. */
export function writeRing(control: Control, ring: number, source: Uint8Array): number {
  const at = ringAt(ring);
  if (!hasReaders(control, ring)) return -EPIPE;
  const space = RING_BYTES - unread(control, ring);
  if (source.length === 0) return 0;
  if (space === 0 || (source.length <= PIPE_BUF && space < source.length)) return -EAGAIN;
  const length = Math.min(space, source.length);
  const data = RING_DATA_AT + ring * RING_BYTES;
  const to = Atomics.load(control.words, at + RING.TAIL) & (RING_BYTES - 1);
  const first = Math.min(length, RING_BYTES - to);
  control.bytes.set(source.subarray(0, first), data + to);
  if (first < length) control.bytes.set(source.subarray(first, length), data);
  Atomics.add(control.words, at + RING.TAIL, length);
  wakeBitmap(control, at + RING.READ_INTEREST);
  return length;
}

/** True when a write of PIPE_BUF bytes would go through, or fail with EPIPE at once. */
export function writable(control: Control, ring: number): boolean {
  return RING_BYTES - unread(control, ring) >= PIPE_BUF || !hasReaders(control, ring);
}
