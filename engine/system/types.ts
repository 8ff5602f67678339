/**
 * What a thread of the engine sees of the system: descriptors, pipes, sockets, terminals, processes, signals.
 * It is to our Node bindings and to our shell what the kernel and libuv are to theirs. Everything is synchronous and answers from shared memory;
 * what only the kernel worker can do (spawn, listen, kill) is requested through this thread's mailbox in shared memory.
 * Results are non-negative or a negative Linux errno.
 */
import type { FileSystem, Inode, Result } from '../fs/types.ts';

/** Readiness bits of a descriptor. */
export const READABLE = 1;
export const WRITABLE = 2;
export const HANGUP = 4;
/** Nothing more will come to read: what is there, and then the end. */
export const ENDED = 8;

export type DescriptorKind = 'file' | 'directory' | 'pipe' | 'socket' | 'listener' | 'tty' | 'null';

export type Address =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export interface SpawnRequest {
  /** A path, or a name that is looked up in `env`'s PATH (execvp). Scripts with `#!` and the engine's own programs work. */
  readonly file: string;
  /** argv, argv[0] included. */
  readonly args: readonly string[];
  /** `KEY=value` entries. */
  readonly env: readonly string[];
  readonly cwd: string;
  /** Child descriptor i is a duplicate of the parent's `fds[i]`; -1 leaves it closed. */
  readonly fds: readonly number[];
  /** New session and process group. */
  readonly detached?: boolean;
  /** Join or make a process group: 0 makes one of its own; absent: the parent's. */
  readonly processGroup?: number;
}

export type ExecRequest = Pick<SpawnRequest, 'file' | 'args' | 'env' | 'fds'>;

export interface ExitStatus {
  readonly pid: number;
  /** Exit code, 0 when a signal ended it. */
  readonly code: number;
  /** Signal number that ended it, or 0. */
  readonly signal: number;
}

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly args: readonly string[];
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly state: 'running' | 'zombie';
}

/** A memory of its own for a worker thread's start: structured-clonable data and ports go to the new thread as they are. */
export interface ThreadRequest {
  readonly data: unknown;
  readonly transfer: readonly Transferable[];
}

export interface System {
  readonly pid: number;
  readonly ppid: number;
  /** Number of this thread in the engine (slot), 0 is the kernel. */
  readonly slot: number;
  readonly files: FileSystem;

  cwd(): string;
  chdir(path: string): Result;
  /** Absolute form of a path against the current directory (no normalising: the file system walks `..`). */
  resolve(path: string): string;
  umask(mask?: number): number;

  // -- descriptors --------------------------------------------------------------------------------
  open(path: string, flags: number, mode: number): Result;
  close(fd: number): Result;
  dup(fd: number, least?: number): Result;
  dup2(from: number, to: number): Result;
  kind(fd: number): DescriptorKind | Result;
  /** Inode behind a file or directory descriptor; -EBADF, or -EINVAL for other kinds. */
  inode(fd: number): Inode | Result;
  /** Linux open flags (O_RDONLY, O_APPEND …) of a descriptor. */
  flags(fd: number): Result;
  /** fcntl F_SETFL: sets those of O_APPEND and O_NONBLOCK that `flags` has and clears the others. */
  setFlags(fd: number, flags: number): Result;
  /** `position` -1 uses and moves the shared offset. Pipes, sockets, ttys: -EAGAIN when nothing is there, 0 at the end. */
  read(fd: number, target: Uint8Array, position?: number): Result;
  /** Pipes and sockets: may write a part; -EAGAIN when full, -EPIPE when nobody reads. */
  write(fd: number, source: Uint8Array, position?: number): Result;
  /** Blocks this thread until something can be read. -EINTR when a handled signal arrives. */
  readBlocking(fd: number, target: Uint8Array): Result;
  /** Blocks until all is written. */
  writeBlocking(fd: number, source: Uint8Array): Result;
  /** fstat for every kind of descriptor: fills 18 fields (engine/fs STAT_FIELDS). */
  stat(fd: number, out: Float64Array | BigInt64Array, offset?: number): Result;
  seek(fd: number, offset: number, whence: 0 | 1 | 2): Result;

  // -- pipes, sockets -------------------------------------------------------------------------------
  pipe(): readonly [read: number, write: number] | Result;
  socketpair(): readonly [number, number] | Result;
  /** tcp port 0 picks a free one. -EADDRINUSE when taken. */
  listen(address: Address, backlog: number): Result;
  /** Next connection's descriptor, or -EAGAIN. */
  accept(fd: number): Result;
  /**
   * Connected descriptor, -ECONNREFUSED when nobody listens, -ENETUNREACH for hosts outside the page. `from`: the address to connect from, -EADDRINUSE when its port is
   * taken, -EADDRNOTAVAIL when it is outside the page.
   */
  connect(address: Address, from?: Address): Result;
  localAddress(fd: number): Address | Result;
  remoteAddress(fd: number): Address | Result;
  /** Ends the writing side. */
  shutdown(fd: number): Result;
  /** What a connection reset (TCP's RST) does before the descriptor is closed: the other side loses what it has not read, and reads -ECONNRESET. */
  reset(fd: number): Result;
  /** Sends a duplicate of `passed` with the next byte that is written to the socket `fd` (SCM_RIGHTS). */
  passDescriptor(fd: number, passed: number): Result;
  /** Bytes that the socket can be read before a descriptor comes: 0 when one comes next, -1 when none is on its way. */
  passedAhead(fd: number): number;
  /** The descriptor that comes next, -EAGAIN when there are bytes before it, or none. */
  takeDescriptor(fd: number): Result;

  // -- readiness ------------------------------------------------------------------------------------
  /** Readiness bits now. Listeners are readable when a connection waits. */
  ready(fd: number): number;
  /** From now on, a change of this descriptor's readiness wakes this thread (level-triggered: ask `ready` after waking). */
  watch(fd: number): void;
  unwatch(fd: number): void;
  /** Value of this thread's wake word: read it, look at the world, then wait with it. */
  wakeSequence(): number;
  /** Blocks until the wake word differs from `sequence` or the time is over. For threads without an event loop. */
  waitBlocking(sequence: number, timeoutMilliseconds: number): void;
  /** As `waitBlocking`, without blocking: resolves in a fresh macrotask where the browser allows. */
  wait(sequence: number, timeoutMilliseconds: number): Promise<void>;
  /** Wakes this thread itself (its own wake word), from any callback. */
  wake(): void;
  /** Wakes another thread of this process. */
  wakeThread(slot: number): void;
  /** Ask that file changes wake this thread. */
  watchFiles(on: boolean): void;

  // -- terminals --------------------------------------------------------------------------------------
  isTerminal(fd: number): boolean;
  windowSize(fd: number): WindowSize | Result;
  /** Node's uv_tty_mode: 0 normal, 1 raw, 2 io. */
  setTerminalMode(fd: number, mode: 0 | 1 | 2): Result;
  /** tcsetpgrp: whose process group gets Ctrl-C. */
  setForeground(fd: number, processGroup: number): Result;

  // -- processes ---------------------------------------------------------------------------------------
  spawn(request: SpawnRequest): Result;
  /** Exit status of a child (pid, or -1 for any), null while it runs, -ECHILD when there is none. Taking it reaps the child. */
  wait4(pid: number): ExitStatus | null | Result;
  wait4Blocking(pid: number): ExitStatus | Result;
  kill(pid: number, signal: number): Result;
  /** Signals that arrived and are handled by this process, lowest first; takes them. Main thread only. */
  takeSignals(): number[];
  /** 'default' lets the kernel end the process, 'handle' queues for `takeSignals`, 'ignore' drops. */
  setSignalAction(signal: number, action: 'default' | 'handle' | 'ignore'): Result;
  processGroup(pid: number): Result;
  /** Niceness of a running process (0: this one), -20 to 19, kept and inherited though the browser schedules threads by its own rules; 0 where there is no such process. */
  niceness(pid: number): number;
  setNiceness(pid: number, niceness: number): Result;
  processes(): ProcessInfo[];
  /** Seconds since the engine began: the machine's, not the process's. */
  uptime(): number;
  /** Starts a further thread in this process (worker_threads). Returns its slot. */
  startThread(request: ThreadRequest): Result;
  stopThread(slot: number): Result;
  /** Whether a thread that `startThread` gave still runs. Its end wakes all threads of the process. */
  isThreadRunning(slot: number): boolean;
  /** Ends the process with all its threads. Does not return. */
  exit(code: number): never;
  /**
   * execve: the process goes on as another program, with its pid, parent, group and terminal; handlers of signals are forgotten, descriptors are those of `fds`.
   * Only in programs of the engine. Does not return; when the program cannot be started, the process says so on its descriptor 2 and ends with 126 or 127.
   */
  exec(request: ExecRequest): never;
  /** As `exec`, at once, from a worker that serves one process only (Node's): -errno when the program cannot be started, else it does not return. */
  execve(request: ExecRequest): Result;
  /** Tells the page something (`xdg-open`: a URL or file; `code`: files to open in the editor). */
  notify(event: HostEvent): Result;
}

/** What a program can ask of the page: the events of the same names in @webcontainer/api. */
export type HostEvent =
  | { readonly kind: 'xdg-open'; readonly text: string }
  | {
      readonly kind: 'code';
      readonly type: 'open' | 'diff';
      readonly files: readonly { readonly filepath: string; readonly line?: number; readonly column?: number }[];
    };

/** A program of the engine's own that runs in a process without Node: the shell, its commands, the installer. */
export interface Program {
  (context: ProgramContext): number | Promise<number>;
}

export interface ProgramContext {
  readonly system: System;
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
}
