import { H_CRITICAL, H_LOCK, H_PARKED, H_SLOTS, SLOT_WORDS, SLOTS } from './layout.ts';

/*
 * The writers' lock, a futex, and how to end a thread without it ending in the middle of a change.
 *
 *   LOCK = 0                 free
 *   LOCK = slot + 1          held by the thread in `slot`
 *   LOCK = slot + 1 | WAIT   held, and somebody sleeps on it
 *
 *   victim                                      killer
 *   acquire: killed? ── yes ─► park             requestKill(victim)
 *            LOCK := me                         lockForKill: waits until LOCK is free, takes it
 *            killed? ── yes ─► release, park    … the victim is outside of any change and stays there:
 *            CRITICAL := me                        it waits for the lock, or will park …
 *            … change …                         worker.terminate()
 *            CRITICAL := 0                      unlockAfterKill: frees the lock and wakes everybody (the wake-up that
 *   release: LOCK := 0                             the dead thread may have swallowed is made good by this)
 *
 * `unlock` wakes one sleeper. A thread that was woken and parks instead of taking the lock hands the wake-up on, or the others would sleep beside a
 * free lock; one that is terminated in between cannot, so nobody sleeps longer than LONGEST_SLEEP_MILLISECONDS without a look.
 *
 * There is no look at the flag after a release: a call that succeeded gets as far as its caller's bookkeeping (a descriptor for an opened inode).
 *
 * `terminate` may take effect late. A victim that was just between its first look at the kill flag and LOCK := me then dies as the owner,
 * but before it changed anything: CRITICAL tells. `lockOwner` finds such locks, `breakLock` opens them.
 */

const WAIT = 0x4000_0000;
const SPINS = 40;
const LONGEST_SLEEP_MILLISECONDS = 50;
/** How long a thread that may not sleep (a page's main thread) tries before it gives up. */
const LONGEST_SPIN_MILLISECONDS = 10_000;

export class WriteLock {
  readonly #words: Int32Array;
  readonly #slot: number;
  readonly #incarnation: number;
  readonly #killed: number;
  readonly #mayWait: boolean;

  /** `incarnation`: which user of the slot this is. Its killer gives it, so that also one that has not come here yet can be stopped. */
  constructor(words: Int32Array, slot: number, incarnation: number) {
    if (!Number.isInteger(slot) || slot < 0 || slot >= SLOTS) throw new RangeError(`Slot ${slot} is not in 0..${SLOTS - 1}`);
    this.#words = words;
    this.#slot = slot;
    this.#killed = H_SLOTS + slot * SLOT_WORDS;
    this.#incarnation = incarnation;
    this.#mayWait = mayWait(words);
  }

  acquire(): void {
    this.#stopIfKilled();
    if (Atomics.compareExchange(this.#words, H_LOCK, 0, this.#slot + 1) !== 0) this.#acquireContended();
    if (Atomics.load(this.#words, this.#killed) >= this.#incarnation) {
      unlock(this.#words);
      this.#park();
    }
    this.#words[H_CRITICAL] = this.#slot + 1;
  }

  release(): void {
    this.#words[H_CRITICAL] = 0;
    unlock(this.#words);
  }

  #acquireContended(): void {
    const me = this.#slot + 1;
    for (let i = 0; i < SPINS; i++) {
      if (Atomics.load(this.#words, H_LOCK) === 0 && Atomics.compareExchange(this.#words, H_LOCK, 0, me) === 0) return;
    }
    if (!this.#mayWait) return spin(this.#words, me);
    for (;;) {
      sleepUntilFree(this.#words);
      if (Atomics.load(this.#words, this.#killed) >= this.#incarnation) {
        Atomics.notify(this.#words, H_LOCK, 1);
        this.#park();
      }
      if (Atomics.compareExchange(this.#words, H_LOCK, 0, me | WAIT) === 0) return;
    }
  }

  #stopIfKilled(): void {
    if (Atomics.load(this.#words, this.#killed) >= this.#incarnation) this.#park();
  }

  /** Does nothing more, for ever: whoever asked for the kill terminates this thread. */
  #park(): never {
    if (!this.#mayWait) throw new Error('This thread was asked to stop');
    for (;;) Atomics.wait(this.#words, H_PARKED, 0);
  }
}

/** Asks the thread that is or will be the slot's user of this number, and those before it, to stop at their next contact with the lock. */
export function requestKill(memory: SharedArrayBuffer, slot: number, incarnation: number): void {
  Atomics.store(new Int32Array(memory), H_SLOTS + slot * SLOT_WORDS, incarnation);
}

/**
 * Takes the lock in the name of `slot` (the killer's own). When it returns, no thread is in the middle of a change. Terminate the victim, then call
 * `unlockAfterKill`. `-1` when the lock could not be had in `timeoutMilliseconds` (its holder is stuck or dead: see `breakLock`).
 */
export function lockForKill(memory: SharedArrayBuffer, slot: number, timeoutMilliseconds = Infinity): 0 | -1 {
  const words = new Int32Array(memory);
  const me = (slot + 1) | WAIT;
  const sleep = mayWait(words);
  const end = performance.now() + timeoutMilliseconds;
  while (Atomics.compareExchange(words, H_LOCK, 0, me) !== 0) {
    if (performance.now() > end) return -1;
    if (sleep) sleepUntilFree(words, Math.min(LONGEST_SLEEP_MILLISECONDS, end - performance.now()));
  }
  return 0;
}

export function unlockAfterKill(memory: SharedArrayBuffer): void {
  const words = new Int32Array(memory);
  Atomics.store(words, H_LOCK, 0);
  Atomics.notify(words, H_LOCK);
}

/** Slot of the thread that holds the lock, or -1. */
export function lockOwner(memory: SharedArrayBuffer): number {
  return (Atomics.load(new Int32Array(memory), H_LOCK) & ~WAIT) - 1;
}

/**
 * For a thread that is known to be dead: takes the lock over from `deadSlot` in the name of `slot`. 'clean' when nothing was being changed,
 * 'torn' when the dead thread was in the middle (repair with `repairFileSystem`, then `unlockAfterKill`), 'other' when it was not the owner.
 * With 'clean' the lock is free again.
 */
export function breakLock(memory: SharedArrayBuffer, deadSlot: number, slot: number): 'clean' | 'torn' | 'other' {
  const words = new Int32Array(memory);
  for (;;) {
    const value = Atomics.load(words, H_LOCK);
    if ((value & ~WAIT) !== deadSlot + 1) return 'other';
    if (Atomics.compareExchange(words, H_LOCK, value, (slot + 1) | WAIT) === value) break;
  }
  if (Atomics.exchange(words, H_CRITICAL, 0) === deadSlot + 1) return 'torn';
  unlockAfterKill(memory);
  return 'clean';
}

function unlock(words: Int32Array): void {
  if ((Atomics.exchange(words, H_LOCK, 0) & WAIT) !== 0) Atomics.notify(words, H_LOCK, 1);
}

function sleepUntilFree(words: Int32Array, timeoutMilliseconds = LONGEST_SLEEP_MILLISECONDS): void {
  const value = Atomics.load(words, H_LOCK);
  if (value === 0) return;
  if ((value & WAIT) === 0 && Atomics.compareExchange(words, H_LOCK, value, value | WAIT) !== value) return;
  Atomics.wait(words, H_LOCK, value | WAIT, timeoutMilliseconds);
}

function spin(words: Int32Array, me: number): void {
  const end = performance.now() + LONGEST_SPIN_MILLISECONDS;
  while (Atomics.compareExchange(words, H_LOCK, 0, me) !== 0) {
    if (performance.now() > end)
      throw new Error(
        `The file system's lock has been held by thread ${(Atomics.load(words, H_LOCK) & ~WAIT) - 1} for ${LONGEST_SPIN_MILLISECONDS} ms`,
      );
  }
}

/** Pages' main threads may not sleep: there `Atomics.wait` throws. */
function mayWait(words: Int32Array): boolean {
  try {
    Atomics.wait(words, H_PARKED, 1, 0);
    return true;
  } catch {
    return false;
  }
}
