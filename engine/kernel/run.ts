/** Starts a process for the page: on a terminal, or on three pipes when its outputs are wanted apart. */
import type { System } from '../system/types.ts';
import type { Control } from '../system/control.ts';
import { lock, unlock } from '../system/control.ts';
import { KIND, OPEN_FILE } from '../system/layout.ts';
import { allocateOpenFile, install, openFileAt } from '../system/open-files.ts';
import { countTty } from '../system/ttys.ts';
import type { WindowSize } from '../system/types.ts';
import type { ProcessTable } from './processes.ts';
import type { Reactor } from './reactor.ts';
import { openConnectionOf } from './streams.ts';
import type { Connection } from './streams.ts';
import { Terminal } from './terminals.ts';
import { SIGNALS } from '../system/signals.ts';

const O_RDWR = 2;
/** How long processes may take to end after SIGTERM before they are killed, in milliseconds. */
const KILL_GRACE = 2000;

/** Takes bytes; a promise holds the program back until it is fulfilled. */
export type Sink = (bytes: Uint8Array<ArrayBuffer>) => void | Promise<void>;

export interface RunRequest {
  readonly command: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly env: readonly string[];
}

export interface RunningProcess {
  readonly pid: number;
  /** Exit code (128 + signal when one ended it), after all output was handed on. */
  readonly exit: Promise<number>;
  write(bytes: Uint8Array): void;
  /** Ends the input of a process on pipes. On a terminal that is a key (Ctrl-D), and up to the user. */
  endInput(): void;
  resize(size: WindowSize): void;
  /** Asks everything in the process's session to end, and kills what does not. */
  kill(): void;
}

export interface RunContext {
  readonly control: Control;
  readonly system: System;
  readonly reactor: Reactor;
  readonly processes: ProcessTable;
  /** Terminals by number, for whoever drains them. */
  readonly terminals: Map<number, Terminal>;
}

/** @returns the process, or -errno. */
export function runOnTerminal(context: RunContext, request: RunRequest, size: WindowSize, output: Sink): RunningProcess | number {
  const { control, system, processes, terminals } = context;
  const terminal = new Terminal(control, {
    size,
    onOutput: output,
    signalGroup: (group, signal) => processes.signalGroup(group, signal),
  });
  terminals.set(terminal.tty, terminal);
  const fd = openTerminal(control, terminal.tty);
  const { promise, resolve } = Promise.withResolvers<number>();
  const close = (): void => {
    terminal.hangUp();
    terminals.delete(terminal.tty);
  };
  const pid = processes.spawn(0, spawnRequest(request, [fd, fd, fd]), {
    tty: terminal.tty,
    onExit: ({ code, signal }) => {
      close();
      resolve(signal === 0 ? code : 128 + signal);
    },
  });
  system.close(fd);
  if (pid < 0) {
    close();
    return pid;
  }
  terminal.setForeground(pid);
  return {
    pid,
    exit: promise,
    write: (bytes) => terminal.input(bytes),
    endInput: () => {},
    resize: (next) => terminal.resize(next),
    kill: () => endSession(processes, pid),
  };
}

/** @returns the process, or -errno. */
export function runOnPipes(context: RunContext, request: RunRequest, stdout: Sink, stderr: Sink): RunningProcess | number {
  const { system, reactor, processes } = context;
  const input = system.pipe();
  const output = system.pipe();
  const errors = system.pipe();
  if (typeof input === 'number' || typeof output === 'number' || typeof errors === 'number') {
    for (const pair of [input, output, errors]) if (typeof pair !== 'number') pair.forEach((fd) => system.close(fd));
    return [input, output, errors].find((pair) => typeof pair === 'number') ?? 0;
  }
  const ended = Promise.withResolvers<number>();
  const pid = processes.spawn(0, spawnRequest(request, [input[0], output[1], errors[1]]), {
    onExit: ({ code, signal }) => ended.resolve(signal === 0 ? code : 128 + signal),
  });
  for (const fd of [input[0], output[1], errors[1]]) system.close(fd);
  if (pid < 0) {
    for (const fd of [input[1], output[0], errors[0]]) system.close(fd);
    return pid;
  }
  const stdin = openConnectionOf(system, reactor, input[1]);
  const streams = [
    { connection: openConnectionOf(system, reactor, output[0]), sink: stdout },
    { connection: openConnectionOf(system, reactor, errors[0]), sink: stderr },
  ];
  const pumps = streams.map(({ connection, sink }) => pump(connection, sink));
  let writing = Promise.resolve();
  return {
    pid,
    exit: ended.promise.then(async (code) => {
      stdin.close();
      await Promise.all(pumps);
      return code;
    }),
    write: (bytes) => {
      // A program that does not read its input any more is no error of the page's.
      writing = writing.then(() => stdin.write(bytes)).catch(() => {});
    },
    endInput: () => {
      writing = writing.then(() => stdin.close());
    },
    resize: () => {},
    kill: () => endSession(processes, pid),
  };
}

async function pump(connection: Connection, sink: Sink): Promise<void> {
  for (let bytes = await connection.read(); bytes !== null; bytes = await connection.read()) await sink(bytes);
  connection.close();
}

function endSession(processes: ProcessTable, session: number): void {
  if (processes.signalSession(session, SIGNALS.SIGTERM) < 0) return;
  setTimeout(() => processes.signalSession(session, SIGNALS.SIGKILL), KILL_GRACE);
}

function spawnRequest({ command, args, cwd, env }: RunRequest, fds: readonly number[]) {
  return { file: command, args: [command, ...args], env, cwd, fds, detached: true };
}

/** A descriptor of the kernel's own for a terminal. */
function openTerminal(control: Control, tty: number): number {
  lock(control);
  try {
    const openFile = allocateOpenFile(control, KIND.TTY, O_RDWR);
    if (openFile < 0) return openFile;
    control.words[openFileAt(openFile) + OPEN_FILE.A] = tty;
    countTty(control, tty, 1);
    return install(control, 0, openFile);
  } finally {
    unlock(control);
  }
}
