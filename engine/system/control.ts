/** Access of one thread to the control memory: its lock, wake words and bitmaps. */
import {
  BITMAP_WORDS,
  CONTROL_BYTES,
  HEADER,
  LOCK_WAITERS,
  MAGIC,
  MAX_SLOTS,
  PROCESS,
  PROCESS_RUNNING,
  PROCESS_WORDS,
  PROCESSES_AT,
  SLOT,
  SLOT_DEAD,
  SLOT_WORDS,
  SLOTS_AT,
} from './layout.ts';

export interface Control {
  readonly memory: SharedArrayBuffer;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly floats: Float64Array<SharedArrayBuffer>;
  /** The thread that uses this view. */
  readonly slot: number;
  /** Which user of the slot it is, from 1 on: a kill of a former one does not concern it. */
  readonly incarnation: number;
}

/** Pid of the kernel: parent of what the page starts, heir of orphans. */
export const KERNEL_PID = 1;

/** How long a waiter sleeps before it looks whether the lock's owner is still alive, in milliseconds. */
const OWNER_CHECK = 50;

/** A fresh control memory with the kernel as process 0. */
export function createControl(): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(CONTROL_BYTES);
  const words = new Int32Array(memory);
  words[HEADER.MAGIC] = MAGIC;
  words[HEADER.NEXT_PORT] = 32_768;
  words[HEADER.NEXT_PID] = KERNEL_PID + 1;
  new Float64Array(memory)[HEADER.BOOTED / 2] = performance.timeOrigin + performance.now();
  const kernel = PROCESSES_AT / 4;
  words[kernel + PROCESS.STATE] = PROCESS_RUNNING;
  words[kernel + PROCESS.PID] = KERNEL_PID;
  words[kernel + PROCESS.GROUP] = KERNEL_PID;
  words[kernel + PROCESS.SESSION] = KERNEL_PID;
  words[kernel + PROCESS.UMASK] = 0o022;
  return memory;
}

/** `incarnation` comes from whoever hands the slots out: also a thread that is killed before it got here has to stop. */
export function openControl(memory: SharedArrayBuffer, slot: number, incarnation = 1): Control {
  const words = new Int32Array(memory);
  if (words[HEADER.MAGIC] !== MAGIC) throw new Error('Not a control memory of this version of the engine.');
  if (slot < 0 || slot >= MAX_SLOTS) throw new RangeError(`Slot ${slot} is outside 0..${MAX_SLOTS - 1}.`);
  return { memory, words, bytes: new Uint8Array(memory), floats: new Float64Array(memory), slot, incarnation };
}

export function slotAt(slot: number): number {
  return SLOTS_AT / 4 + slot * SLOT_WORDS;
}

export function processAt(index: number): number {
  return PROCESSES_AT / 4 + index * PROCESS_WORDS;
}

/** A word of the control memory (all indices are computed from the layout, so they are inside). */
export function word(control: Control, index: number): number {
  return control.words[index] ?? 0;
}

function park(control: Control): never {
  for (;;) Atomics.wait(control.words, HEADER.PARK, 0);
}

function isKilled(control: Control): boolean {
  return Atomics.load(control.words, slotAt(control.slot) + SLOT.KILL) >= control.incarnation;
}

/** Stops this thread for good when the kernel has begun to kill it. Call after every wait. */
export function dieIfKilled(control: Control): void {
  if (isKilled(control)) park(control);
}

/** Kernel's side: from now on the slot's user of this number stops at its next lock or wait. Take the lock once before it is terminated. */
export function requestSlotKill(control: Control, slot: number, incarnation: number): void {
  Atomics.store(control.words, slotAt(slot) + SLOT.KILL, incarnation);
  wakeSlot(control, slot);
}

/**
 * Takes the lock. A killed thread never comes back from here: it gives the lock up and waits for its end, so that after the kernel set the kill flag
 * and has once held the lock itself, the victim can be terminated at any instruction.
 */
export function lock(control: Control): void {
  const { words } = control;
  dieIfKilled(control);
  const mine = control.slot + 1;
  if (Atomics.compareExchange(words, HEADER.LOCK, 0, mine) !== 0) lockSlowly(control, mine);
  if (isKilled(control)) {
    giveUp(words, mine);
    park(control);
  }
}

/** Frees the lock, unless it was taken from this thread as from one that is dead. */
function giveUp(words: Int32Array, mine: number): void {
  if (Atomics.compareExchange(words, HEADER.LOCK, mine, 0) === mine) return;
  if (Atomics.compareExchange(words, HEADER.LOCK, mine | LOCK_WAITERS, 0) === (mine | LOCK_WAITERS)) Atomics.notify(words, HEADER.LOCK, 1);
}

function lockSlowly(control: Control, mine: number): void {
  const { words } = control;
  for (;;) {
    const held = Atomics.load(words, HEADER.LOCK);
    if (held === 0) {
      // Others may wait as well: keep the mark, at the cost of one needless notify.
      if (Atomics.compareExchange(words, HEADER.LOCK, 0, mine | LOCK_WAITERS) === 0) return;
      continue;
    }
    const owner = (held & ~LOCK_WAITERS) - 1;
    if (Atomics.load(words, slotAt(owner) + SLOT.STATE) === SLOT_DEAD) {
      if (Atomics.compareExchange(words, HEADER.LOCK, held, mine | LOCK_WAITERS) === held) return;
      continue;
    }
    const marked = held | LOCK_WAITERS;
    if (marked !== held && Atomics.compareExchange(words, HEADER.LOCK, held, marked) !== held) continue;
    Atomics.wait(words, HEADER.LOCK, marked, OWNER_CHECK);
    dieIfKilled(control);
  }
}

export function unlock(control: Control): void {
  const held = Atomics.exchange(control.words, HEADER.LOCK, 0);
  if ((held & LOCK_WAITERS) !== 0) Atomics.notify(control.words, HEADER.LOCK, 1);
}

export function wakeSlot(control: Control, slot: number): void {
  const at = slotAt(slot) + SLOT.WAKE;
  Atomics.add(control.words, at, 1);
  Atomics.notify(control.words, at);
}

export function setBit(control: Control, bitmapAt: number, slot: number): void {
  Atomics.or(control.words, bitmapAt + (slot >> 5), 1 << (slot & 31));
}

export function clearBit(control: Control, bitmapAt: number, slot: number): void {
  Atomics.and(control.words, bitmapAt + (slot >> 5), ~(1 << (slot & 31)));
}

export function clearBitmap(control: Control, bitmapAt: number): void {
  for (let i = 0; i < BITMAP_WORDS; i++) Atomics.store(control.words, bitmapAt + i, 0);
}

/** Calls `visit` for every slot whose bit is set. */
export function eachBit(control: Control, bitmapAt: number, visit: (slot: number) => void): void {
  for (let i = 0; i < BITMAP_WORDS; i++) {
    let bits = Atomics.load(control.words, bitmapAt + i);
    while (bits !== 0) {
      const bit = 31 - Math.clz32(bits & -bits);
      bits &= bits - 1;
      visit((i << 5) + bit);
    }
  }
}

export function wakeBitmap(control: Control, bitmapAt: number): void {
  for (let i = 0; i < BITMAP_WORDS; i++) {
    let bits = Atomics.load(control.words, bitmapAt + i);
    while (bits !== 0) {
      wakeSlot(control, (i << 5) + (31 - Math.clz32(bits & -bits)));
      bits &= bits - 1;
    }
  }
}

/** Tells threads that asked for it that a file changed: the `onChange` of engine/fs. */
export function wakeFileWatchers(control: Control): void {
  wakeBitmap(control, HEADER.FILE_INTEREST);
}
