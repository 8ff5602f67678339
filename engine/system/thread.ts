/** What the calls of one thread share: its process, the lock, its descriptors and what it watches. */
import type { FileSystem, Result } from '../fs/types.ts';
import { dropReference } from './close.ts';
import { clearBit, dieIfKilled, lock, processAt, setBit, slotAt, unlock, word } from './control.ts';
import type { Control } from './control.ts';
import { EAGAIN, EINTR } from './errno.ts';
import { CWDS_AT, CWD_BYTES, KIND, LISTENER, NO_PROCESS, OPEN_FILE, PROCESS, RING, SLOT } from './layout.ts';
import { listenerAt } from './listeners.ts';
import { install, openFileAt, openFileOf, reference, uninstall } from './open-files.ts';
import { ringAt } from './rings.ts';
import { ttyInput, ttyOutput } from './ttys.ts';

/** Current directory of a process. */
export function cwdOf(control: Control, process: number): string {
  lock(control);
  const from = CWDS_AT + process * CWD_BYTES;
  const bytes = control.bytes.slice(from, from + word(control, processAt(process) + PROCESS.CWD_LENGTH));
  unlock(control);
  return new TextDecoder().decode(bytes);
}

export class Thread {
  readonly control: Control;
  readonly files: FileSystem;
  /** Index of the process in the table; NO_PROCESS until `attach`. */
  process = NO_PROCESS;
  /** First word of the process's record. */
  record = processAt(NO_PROCESS);
  pid = 0;
  isMain = false;
  readonly #slotWords: number;
  /** How often this thread asked for each interest bitmap. */
  readonly #interests = new Map<number, number>();
  readonly #watched = new Map<number, number[]>();
  #cwdSequence = -1;
  #cwd = '/';

  constructor(control: Control, files: FileSystem) {
    this.control = control;
    this.files = files;
    this.#slotWords = slotAt(control.slot);
  }

  /** Takes over the process that the kernel has set for the slot. */
  attach(): void {
    const { control } = this;
    this.process = word(control, this.#slotWords + SLOT.PROCESS);
    this.record = processAt(this.process);
    this.pid = word(control, this.record + PROCESS.PID);
    this.isMain = word(control, this.record + PROCESS.MAIN_SLOT) === control.slot;
    this.#cwdSequence = -1;
  }

  detach(): void {
    for (const fd of [...this.#watched.keys()]) this.unwatch(fd);
    this.process = NO_PROCESS;
    this.record = processAt(NO_PROCESS);
    this.pid = 0;
    this.isMain = false;
  }

  withLock<T>(action: () => T): T {
    lock(this.control);
    try {
      return action();
    } finally {
      unlock(this.control);
    }
  }

  /** First word of the open file behind a descriptor, or -EBADF. */
  recordOf(fd: number): number {
    const openFile = openFileOf(this.control, this.process, fd);
    return openFile < 0 ? openFile : openFileAt(openFile);
  }

  releaseAll(inodes: readonly number[]): void {
    for (const inode of inodes) this.files.release(inode);
  }

  /** Gives an open file its descriptor; without one it is closed again, and inodes to release are appended. With the lock held. */
  installNew(openFile: number, inodes: number[]): Result {
    const fd = install(this.control, this.process, openFile);
    if (fd < 0) dropReference(this.control, openFile, inodes);
    return fd;
  }

  /** The same for two open files that belong together. */
  installPair(first: number, second: number): readonly [number, number] | Result {
    const { control, process } = this;
    const one = install(control, process, first);
    const two = one < 0 ? one : install(control, process, second);
    if (two >= 0) return [one, two];
    if (one >= 0) uninstall(control, process, one);
    // Pipes and sockets have no inodes.
    dropReference(control, first, []);
    dropReference(control, second, []);
    return two;
  }

  cwd(): string {
    const { control } = this;
    const sequence = Atomics.load(control.words, this.record + PROCESS.CWD_SEQUENCE);
    if (sequence !== this.#cwdSequence) {
      this.#cwd = cwdOf(control, this.process);
      this.#cwdSequence = sequence;
    }
    return this.#cwd;
  }

  resolve(path: string): string {
    // An empty path names nothing, not the working directory.
    if (path.startsWith('/') || path === '') return path;
    const base = this.cwd();
    return base === '/' ? `/${path}` : `${base}/${path}`;
  }

  umask(mask?: number): number {
    const { words } = this.control;
    const at = this.record + PROCESS.UMASK;
    return mask === undefined ? Atomics.load(words, at) : Atomics.exchange(words, at, mask & 0o777);
  }

  dup(fd: number, least = 0): Result {
    const { control, process } = this;
    return this.withLock(() => {
      const openFile = openFileOf(control, process, fd);
      if (openFile < 0) return openFile;
      const copy = install(control, process, openFile, least);
      if (copy >= 0) reference(control, openFile);
      return copy;
    });
  }

  // -- waiting ----------------------------------------------------------------------------------------

  wakeSequence(): number {
    return Atomics.load(this.control.words, this.#slotWords + SLOT.WAKE);
  }

  waitBlocking(sequence: number, timeoutMilliseconds: number): void {
    dieIfKilled(this.control);
    Atomics.wait(this.control.words, this.#slotWords + SLOT.WAKE, sequence, timeoutMilliseconds);
    dieIfKilled(this.control);
  }

  async wait(sequence: number, timeoutMilliseconds: number): Promise<void> {
    dieIfKilled(this.control);
    const waiting = Atomics.waitAsync(this.control.words, this.#slotWords + SLOT.WAKE, sequence, timeoutMilliseconds);
    if (waiting.async) await waiting.value;
    dieIfKilled(this.control);
  }

  hasHandledSignal(): boolean {
    if (!this.isMain) return false;
    const { words } = this.control;
    for (let i = 0; i < 2; i++) {
      if ((Atomics.load(words, this.record + PROCESS.PENDING + i) & Atomics.load(words, this.record + PROCESS.HANDLED + i)) !== 0)
        return true;
    }
    return false;
  }

  /** Repeats `attempt` until it does not answer -EAGAIN, sleeping on this thread's wake word in between. */
  block(fd: number, attempt: () => Result, isInterruptible: boolean): Result {
    let result = attempt();
    if (result !== -EAGAIN) return result;
    const bitmaps = this.#bitmapsOf(fd);
    for (const bitmapAt of bitmaps) this.#addInterest(bitmapAt);
    try {
      for (;;) {
        const sequence = this.wakeSequence();
        result = attempt();
        if (result !== -EAGAIN) return result;
        if (isInterruptible && this.hasHandledSignal()) return -EINTR;
        this.waitBlocking(sequence, Infinity);
      }
    } finally {
      for (const bitmapAt of bitmaps) this.#dropInterest(bitmapAt);
    }
  }

  watch(fd: number): void {
    if (this.#watched.has(fd)) return;
    const bitmaps = this.#bitmapsOf(fd);
    for (const bitmapAt of bitmaps) this.#addInterest(bitmapAt);
    this.#watched.set(fd, bitmaps);
  }

  unwatch(fd: number): void {
    for (const bitmapAt of this.#watched.get(fd) ?? []) this.#dropInterest(bitmapAt);
    this.#watched.delete(fd);
  }

  /** Ends all interest in a bitmap whose ring may soon be somebody else's. */
  forget(bitmapAt: number): void {
    if (this.#interests.delete(bitmapAt)) clearBit(this.control, bitmapAt, this.control.slot);
    for (const [fd, bitmaps] of this.#watched) {
      this.#watched.set(
        fd,
        bitmaps.filter((one) => one !== bitmapAt),
      );
    }
  }

  #addInterest(bitmapAt: number): void {
    const count = this.#interests.get(bitmapAt) ?? 0;
    this.#interests.set(bitmapAt, count + 1);
    if (count === 0) setBit(this.control, bitmapAt, this.control.slot);
  }

  #dropInterest(bitmapAt: number): void {
    // After a kill the slot may soon be another's, and so its bits.
    dieIfKilled(this.control);
    const count = this.#interests.get(bitmapAt) ?? 0;
    if (count > 1) {
      this.#interests.set(bitmapAt, count - 1);
    } else if (count === 1) {
      this.#interests.delete(bitmapAt);
      clearBit(this.control, bitmapAt, this.control.slot);
    }
  }

  /** Interest bitmaps that belong to a descriptor. */
  #bitmapsOf(fd: number): number[] {
    const { control } = this;
    const at = this.recordOf(fd);
    if (at < 0) return [];
    const a = word(control, at + OPEN_FILE.A);
    const b = word(control, at + OPEN_FILE.B);
    switch (word(control, at + OPEN_FILE.KIND)) {
      case KIND.PIPE:
      case KIND.SOCKET: {
        const bitmaps: number[] = [];
        if (a > 0) bitmaps.push(ringAt(a - 1) + RING.READ_INTEREST);
        if (b > 0) bitmaps.push(ringAt(b - 1) + RING.WRITE_INTEREST);
        return bitmaps;
      }
      case KIND.LISTENER:
        return [listenerAt(a) + LISTENER.INTEREST];
      case KIND.TTY:
        return [ringAt(ttyInput(control, a)) + RING.READ_INTEREST, ringAt(ttyOutput(control, a)) + RING.WRITE_INTEREST];
      default:
        return [];
    }
  }
}
