/**
 * The process table: starting, signalling and ending processes. Records live in the control memory (engine/system/layout.ts), so that threads can wait for
 * children without asking; this class is the only one that creates and ends them.
 *
 * ```
 * FREE ── spawn ──▶ RUNNING ── exit, signal, death of its worker ──▶ ZOMBIE ── wait4 by the parent ──▶ FREE
 *                                                                      └── parent is the kernel: at once ──▶ FREE
 * ```
 */
import type { FileSystem } from '../fs/types.ts';
import { closeAll } from '../system/close.ts';
import type { Control } from '../system/control.ts';
import { KERNEL_PID, lock, processAt, slotAt, unlock, wakeSlot, word } from '../system/control.ts';
import { EAGAIN, EBADF, ENOEXEC, ENOTDIR, EOPNOTSUPP, EPERM, ESRCH, EINVAL } from '../system/errno.ts';
import {
  MAX_PROCESSES,
  NO_PROCESS,
  PROCESS,
  PROCESS_FREE,
  PROCESS_RUNNING,
  PROCESS_ZOMBIE,
  SLOT,
  SLOT_IDLE,
  SLOT_RUNNING,
} from '../system/layout.ts';
import { installAt, openFileOf, reference } from '../system/open-files.ts';
import { defaultAction, HIGHEST_SIGNAL, SIGNALS } from '../system/signals.ts';
import { setCwd } from '../system/process-calls.ts';
import { cwdOf } from '../system/thread.ts';
import type { ExecRequest, ProcessInfo, SpawnRequest } from '../system/types.ts';
import { findExecutable } from './executables.ts';
import { fillRecord, freeIndex, indexOf, inheritDescriptors, nextPid, orphanChildren } from './process-records.ts';
import type { EngineWorker, WorkerPool } from './workers.ts';

export interface ExitReport {
  readonly pid: number;
  readonly code: number;
  readonly signal: number;
}

interface Entry {
  readonly index: number;
  readonly pid: number;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly started: number;
  /** Slots of its threads; the first is the main thread. */
  readonly threads: Set<number>;
  /** The thread that started a thread: it ends with it. */
  readonly starters: Map<number, number>;
}

export interface SpawnExtras {
  /** Controlling terminal of a new session. */
  readonly tty?: number;
  readonly onExit?: (report: ExitReport) => void;
}

export interface ProcessTableOptions {
  readonly control: Control;
  readonly files: FileSystem;
  readonly workers: () => WorkerPool;
  /** A session leader ended: its terminal hangs up. */
  readonly onSessionEnd: (tty: number) => void;
}

/** Without symbolic links, as /proc/<pid>/exe shows it. */
function realPath(files: FileSystem, path: string): string {
  const real = files.realpath(path);
  return typeof real === 'number' ? path : real;
}

export class ProcessTable {
  readonly #options: ProcessTableOptions;
  readonly #entries = new Map<number, Entry>();
  readonly #exits = new Map<number, (report: ExitReport) => void>();
  /** Index of the process that was started last. */
  #last = 0;

  constructor(options: ProcessTableOptions) {
    this.#options = options;
  }

  /** Starts a process as a child of `parent` (index in the table, 0 the kernel). Its pid, or -errno. */
  spawn(parent: number, request: SpawnRequest, extras: SpawnExtras = {}): number {
    const { control, files } = this.#options;
    const cwd = files.realpath(request.cwd);
    if (typeof cwd === 'number') return cwd;
    if (files.kind(cwd) !== 1) return -ENOTDIR;
    const executable = findExecutable(files, request.file, request.args, request.env, cwd);
    if (typeof executable === 'number') return executable;
    if (executable.program === '') return -ENOEXEC;
    const index = freeIndex(control, this.#last);
    if (index < 0) return index;
    for (const fd of request.fds) if (fd >= 0 && openFileOf(control, parent, fd) < 0) return -EBADF;
    const worker = this.#options.workers().take(executable.program === 'node' ? 'node' : 'program');
    if (worker === null) return -EAGAIN;

    this.#last = index;
    const pid = nextPid(control);
    fillRecord(control, index, pid, parent, request, extras.tty);
    setCwd(control, index, cwd);
    inheritDescriptors(control, parent, index, request.fds);
    this.#entries.set(pid, {
      index,
      pid,
      program: executable.program,
      args: executable.args,
      env: request.env,
      started: Date.now(),
      threads: new Set(),
      starters: new Map(),
    });
    if (extras.onExit !== undefined) this.#exits.set(pid, extras.onExit);
    this.#join(pid, worker, true);
    const { program, path, args } = executable;
    worker.post({ type: 'start', program, path: realPath(files, path), args, env: request.env, cwd });
    return pid;
  }

  /**
   * execve: the caller's process goes on in another worker, which runs another program; its other threads end. 0 or -errno; the caller's worker has no process any
   * more, and one of Node's has ended.
   */
  exec(callerSlot: number, request: ExecRequest): number {
    const { control, files } = this.#options;
    const entry = this.entryOfSlot(callerSlot);
    if (entry === null) return -ESRCH;
    const executable = findExecutable(files, request.file, request.args, request.env, cwdOf(control, entry.index));
    if (typeof executable === 'number') return executable;
    if (executable.program === '') return -ENOEXEC;
    const kept = request.fds.map((fd) => (fd < 0 ? -1 : openFileOf(control, entry.index, fd)));
    if (kept.some((openFile, at) => openFile < 0 && (request.fds[at] ?? -1) >= 0)) return -EBADF;
    const worker = this.#options.workers().take(executable.program === 'node' ? 'node' : 'program');
    if (worker === null) return -EAGAIN;

    lock(control);
    for (const openFile of kept) if (openFile >= 0) reference(control, openFile);
    unlock(control);
    for (const inode of closeAll(control, entry.index)) files.release(inode);
    lock(control);
    kept.forEach((openFile, fd) => {
      if (openFile >= 0) installAt(control, entry.index, openFile, fd);
    });
    unlock(control);
    const record = processAt(entry.index);
    for (let i = 0; i < 2; i++) Atomics.store(control.words, record + PROCESS.HANDLED + i, 0);
    for (const slot of [...entry.threads]) if (slot !== callerSlot && entry.threads.has(slot)) this.#endThread(entry, slot);
    entry.threads.delete(callerSlot);
    control.words[slotAt(callerSlot) + SLOT.PROCESS] = NO_PROCESS;
    if (entry.program === 'node') this.#options.workers().end(callerSlot);
    else Atomics.store(control.words, slotAt(callerSlot) + SLOT.STATE, SLOT_IDLE);
    const { program, path, args } = executable;
    this.#entries.set(entry.pid, { ...entry, program, args, env: request.env });
    this.#join(entry.pid, worker, true);
    worker.post({ type: 'start', program, path: realPath(files, path), args, env: request.env, cwd: cwdOf(control, entry.index) });
    this.#deliverPending(entry.index);
    return 0;
  }

  /** Signals that came while their handlers were being taken away. */
  #deliverPending(index: number): void {
    const { words } = this.#options.control;
    for (let i = 0; i < 2; i++) {
      const pending = Atomics.exchange(words, processAt(index) + PROCESS.PENDING + i, 0);
      for (let bit = 0; bit < 32; bit++) if ((pending & (1 << bit)) !== 0) this.#deliver(index, i * 32 + bit + 1);
    }
  }

  /** Reserves a warm worker as a further thread of the caller's process; its slot, or -errno. */
  startThread(callerSlot: number): number {
    const entry = this.entryOfSlot(callerSlot);
    if (entry === null) return -ESRCH;
    const worker = this.#options.workers().take('thread');
    if (worker === null) return -EAGAIN;
    this.#join(entry.pid, worker, false);
    entry.starters.set(worker.slot, callerSlot);
    return worker.slot;
  }

  /** The process that a slot works for, when `target` is one of its threads: what may be sent to it. */
  threadStart(callerSlot: number, target: number): { args: readonly string[]; env: readonly string[] } | null {
    const entry = this.entryOfSlot(callerSlot);
    return entry !== null && entry.threads.has(target) && entry.threads.has(callerSlot) ? entry : null;
  }

  stopThread(callerSlot: number, target: number): number {
    const entry = this.entryOfSlot(callerSlot);
    if (entry === null || !entry.threads.has(target)) return -ESRCH;
    if (this.#mainSlot(entry) === target) return -EINVAL;
    this.#endThread(entry, target);
    this.#wake(entry);
    return 0;
  }

  /** Ends a thread and those that it started. */
  #endThread(entry: Entry, target: number): void {
    for (const [slot, starter] of [...entry.starters]) if (starter === target && entry.threads.has(slot)) this.#endThread(entry, slot);
    entry.starters.delete(target);
    entry.threads.delete(target);
    this.#options.workers().end(target);
  }

  entryOfSlot(slot: number): Entry | null {
    const { control } = this.#options;
    if (Atomics.load(control.words, slotAt(slot) + SLOT.STATE) !== SLOT_RUNNING) return null;
    const index = word(control, slotAt(slot) + SLOT.PROCESS);
    return [...this.#entries.values()].find((entry) => entry.index === index && entry.threads.has(slot)) ?? null;
  }

  /** kill(2): one process, a group (0: the caller's, below -1), or everybody (-1). */
  kill(callerIndex: number, target: number, signal: number): number {
    if (signal < 0 || signal > HIGHEST_SIGNAL) return -EINVAL;
    const { control } = this.#options;
    if (target > 0) {
      if (target === KERNEL_PID) return -EPERM;
      const index = indexOf(control, target);
      return index < 0 ? -ESRCH : this.#deliver(index, signal);
    }
    const group = target === 0 ? word(control, processAt(callerIndex) + PROCESS.GROUP) : -target;
    if (target === -1) return this.#deliverAll((index) => index !== callerIndex, signal);
    return this.signalGroup(group, signal);
  }

  signalGroup(group: number, signal: number): number {
    return this.#deliverAll((index) => word(this.#options.control, processAt(index) + PROCESS.GROUP) === group, signal);
  }

  signalSession(session: number, signal: number): number {
    return this.#deliverAll((index) => word(this.#options.control, processAt(index) + PROCESS.SESSION) === session, signal);
  }

  /** Ends a process: threads, descriptors, children; wakes the parent. `keep` is the slot of a worker that stays for another program. */
  end(pid: number, code: number, signal: number, keep = -1): void {
    const { control, files } = this.#options;
    const entry = this.#entries.get(pid);
    if (entry === undefined) return;
    const record = processAt(entry.index);
    for (const slot of entry.threads) {
      if (slot === keep) this.#options.workers().release(slot);
      else this.#options.workers().end(slot);
    }
    entry.threads.clear();
    for (const inode of closeAll(control, entry.index)) files.release(inode);
    orphanChildren(control, pid);

    const tty = word(control, record + PROCESS.TTY) - 1;
    const isLeader = word(control, record + PROCESS.SESSION) === pid;
    const parent = indexOf(control, word(control, record + PROCESS.PPID));
    control.words[record + PROCESS.CODE] = signal === 0 ? code & 0xff : 0;
    control.words[record + PROCESS.SIGNAL] = signal;
    Atomics.store(control.words, record + PROCESS.STATE, parent > 0 ? PROCESS_ZOMBIE : PROCESS_FREE);
    this.#entries.delete(pid);
    if (parent > 0) {
      this.#deliver(parent, SIGNALS.SIGCHLD);
      this.#wakeIndex(parent);
    }
    if (isLeader && tty >= 0) {
      this.#options.onSessionEnd(tty);
      this.signalSession(pid, SIGNALS.SIGHUP);
    }
    const report = this.#exits.get(pid);
    this.#exits.delete(pid);
    report?.({ pid, code: signal === 0 ? code & 0xff : 0, signal });
  }

  list(): ProcessInfo[] {
    const { control } = this.#options;
    const list: ProcessInfo[] = [];
    for (const { index, pid, args, started } of this.#entries.values()) {
      list.push({ pid, ppid: word(control, processAt(index) + PROCESS.PPID), args, started, state: 'running' });
    }
    return list.sort((a, b) => a.pid - b.pid);
  }

  endAll(): void {
    for (const pid of [...this.#entries.keys()]) this.end(pid, 0, SIGNALS.SIGKILL);
  }

  #join(pid: number, worker: EngineWorker, isMain: boolean): void {
    const { control } = this.#options;
    const entry = this.#entries.get(pid);
    if (entry === undefined) return;
    entry.threads.add(worker.slot);
    control.words[slotAt(worker.slot) + SLOT.PROCESS] = entry.index;
    Atomics.store(control.words, slotAt(worker.slot) + SLOT.STATE, SLOT_RUNNING);
    if (isMain) control.words[processAt(entry.index) + PROCESS.MAIN_SLOT] = worker.slot;
  }

  #mainSlot(entry: Entry): number {
    return word(this.#options.control, processAt(entry.index) + PROCESS.MAIN_SLOT);
  }

  #deliverAll(wanted: (index: number) => boolean, signal: number): number {
    const { control } = this.#options;
    const targets: number[] = [];
    for (let index = 1; index < MAX_PROCESSES; index++) {
      if (word(control, processAt(index) + PROCESS.STATE) === PROCESS_RUNNING && wanted(index)) targets.push(index);
    }
    if (targets.length === 0) return -ESRCH;
    // One that ends may take another with it (a session's end): look again before each.
    const results = targets.map((index) =>
      word(control, processAt(index) + PROCESS.STATE) === PROCESS_RUNNING ? this.#deliver(index, signal) : 0,
    );
    return results.includes(0) ? 0 : (results[0] ?? -ESRCH);
  }

  #deliver(index: number, signal: number): number {
    const { control } = this.#options;
    const { words } = control;
    const record = processAt(index);
    if (signal === 0 || word(control, record + PROCESS.STATE) !== PROCESS_RUNNING) return 0;
    const pid = word(control, record + PROCESS.PID);
    if (signal === SIGNALS.SIGKILL) {
      this.end(pid, 0, signal);
      return 0;
    }
    const at = (signal - 1) >> 5;
    const bit = 1 << ((signal - 1) & 31);
    if ((Atomics.load(words, record + PROCESS.HANDLED + at) & bit) !== 0) {
      Atomics.or(words, record + PROCESS.PENDING + at, bit);
      this.#wakeIndex(index);
      return 0;
    }
    if ((Atomics.load(words, record + PROCESS.IGNORED + at) & bit) !== 0) return 0;
    switch (defaultAction(signal)) {
      case 'end':
        this.end(pid, 0, signal);
        return 0;
      case 'stop':
        // A worker's JavaScript cannot be suspended from outside: say so instead of pretending.
        return -EOPNOTSUPP;
      default:
        return 0;
    }
  }

  #wakeIndex(index: number): void {
    for (const entry of this.#entries.values()) if (entry.index === index) this.#wake(entry);
  }

  #wake(entry: Entry): void {
    for (const slot of entry.threads) wakeSlot(this.#options.control, slot);
  }
}
