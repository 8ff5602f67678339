/** Calls about processes, signals and threads. */
import type { Result } from '../fs/types.ts';
import { lock, processAt, slotAt, unlock, word } from './control.ts';
import type { Control } from './control.ts';
import { E2BIG, ECHILD, EINTR, EINVAL, ENAMETOOLONG, ENOTDIR, ESRCH } from './errno.ts';
import {
  CWDS_AT,
  CWD_BYTES,
  HEADER,
  MAX_PROCESSES,
  PROCESS,
  PROCESS_FREE,
  PROCESS_RUNNING,
  PROCESS_ZOMBIE,
  SLOT,
  SLOT_RUNNING,
} from './layout.ts';
import { askKernel, askResult, sendRequest } from './mailbox.ts';
import type { KernelRequest } from './requests.ts';
import { HIGHEST_SIGNAL, SIGNALS } from './signals.ts';
import type { Thread } from './thread.ts';
import type { ExecRequest, ExitStatus, HostEvent, ProcessInfo, SpawnRequest, System, ThreadRequest } from './types.ts';

const encoder = new TextEncoder();

export interface SystemOptions {
  /** Sends a message to the kernel's worker (needed for `startThread`, whose data cannot go through a mailbox). */
  readonly post?: (
    message: { readonly type: 'thread-data'; readonly slot: number; readonly data: unknown },
    transfer: Transferable[],
  ) => void;
  /** What `exit` does after the kernel was told; the default waits for the worker's end. */
  readonly onExit?: (code: number) => never;
  /**
   * Gets out of the program that `exec` was called in, and then calls `replaceProcess` with this request. Its descriptors are copies, made before what the
   * program does on its way out can close them.
   */
  readonly onExec?: (request: ExecRequest) => never;
}

/** Descriptors that an exec keeps aside have numbers from here on: far from those that programs use. */
const KEPT_FROM = 512;

/** Second half of `exec`, when nothing of the old program runs any more: 0, and this thread has no process any more, or -errno. */
export function replaceProcess(control: Control, request: ExecRequest): Result {
  return askResult(control, { op: 'exec', request } satisfies KernelRequest);
}

type Names =
  | 'chdir'
  | 'spawn'
  | 'wait4'
  | 'wait4Blocking'
  | 'kill'
  | 'takeSignals'
  | 'setSignalAction'
  | 'processGroup'
  | 'niceness'
  | 'setNiceness'
  | 'processes'
  | 'uptime'
  | 'startThread'
  | 'stopThread'
  | 'isThreadRunning'
  | 'exit'
  | 'exec'
  | 'execve'
  | 'notify';

export function processCalls(thread: Thread, options: SystemOptions): Pick<System, Names> {
  const { control, files } = thread;
  const { words } = control;

  /** First word of a running process's record (0: this one), or -ESRCH. */
  const recordOf = (target: number): number => {
    if (target === 0) return thread.record;
    for (let index = 0; index < MAX_PROCESSES; index++) {
      const at = processAt(index);
      if (word(control, at + PROCESS.STATE) === PROCESS_RUNNING && word(control, at + PROCESS.PID) === target) return at;
    }
    return -ESRCH;
  };

  const calls: Pick<System, Names> = {
    chdir(path) {
      const target = files.realpath(thread.resolve(path));
      if (typeof target === 'number') return target;
      const kind = files.kind(target);
      if (kind < 0) return kind;
      return kind === 1 ? setCwd(control, thread.process, target) : -ENOTDIR;
    },
    spawn(request: SpawnRequest) {
      const answer = askKernel(control, { op: 'spawn', request });
      return typeof answer === 'number' ? answer : -E2BIG;
    },
    wait4(child) {
      return thread.withLock(() => {
        let hasChild = false;
        for (let index = 1; index < MAX_PROCESSES; index++) {
          const at = processAt(index);
          const state = word(control, at + PROCESS.STATE);
          if (state === PROCESS_FREE || word(control, at + PROCESS.PPID) !== thread.pid) continue;
          if (child !== -1 && word(control, at + PROCESS.PID) !== child) continue;
          hasChild = true;
          if (state !== PROCESS_ZOMBIE) continue;
          const status: ExitStatus = {
            pid: word(control, at + PROCESS.PID),
            code: word(control, at + PROCESS.CODE),
            signal: word(control, at + PROCESS.SIGNAL),
          };
          words[at + PROCESS.STATE] = PROCESS_FREE;
          Atomics.add(words, HEADER.REAPED, 1);
          return status;
        }
        return hasChild ? null : -ECHILD;
      });
    },
    wait4Blocking(child) {
      for (;;) {
        const sequence = thread.wakeSequence();
        const status = calls.wait4(child);
        if (status !== null) return status;
        if (thread.hasHandledSignal()) return -EINTR;
        thread.waitBlocking(sequence, Infinity);
      }
    },
    kill(target, signal) {
      return askResult(control, { op: 'kill', pid: target, signal });
    },
    takeSignals() {
      const signals: number[] = [];
      if (!thread.isMain) return signals;
      for (let i = 0; i < 2; i++) {
        const handled = Atomics.load(words, thread.record + PROCESS.HANDLED + i);
        const taken = Atomics.and(words, thread.record + PROCESS.PENDING + i, ~handled) & handled;
        for (let bit = 0; bit < 32; bit++) if ((taken & (1 << bit)) !== 0) signals.push(i * 32 + bit + 1);
      }
      return signals;
    },
    setSignalAction(signal, action) {
      if (signal < 1 || signal > HIGHEST_SIGNAL || signal === SIGNALS.SIGKILL || signal === SIGNALS.SIGSTOP) return -EINVAL;
      const at = (signal - 1) >> 5;
      const bit = 1 << ((signal - 1) & 31);
      for (const [mask, wanted] of [
        [PROCESS.HANDLED, 'handle'],
        [PROCESS.IGNORED, 'ignore'],
      ] as const) {
        if (action === wanted) Atomics.or(words, thread.record + mask + at, bit);
        else Atomics.and(words, thread.record + mask + at, ~bit);
      }
      return 0;
    },
    niceness(target) {
      const record = recordOf(target);
      return record < 0 ? 0 : Atomics.load(words, record + PROCESS.NICE);
    },
    setNiceness(target, niceness) {
      const record = recordOf(target);
      if (record < 0) return record;
      Atomics.store(words, record + PROCESS.NICE, Math.max(-20, Math.min(19, niceness)));
      return 0;
    },
    processGroup(target) {
      const record = recordOf(target);
      return record < 0 ? record : word(control, record + PROCESS.GROUP);
    },
    processes() {
      const answer = askKernel(control, { op: 'processes' });
      // The kernel made this list itself: the one trusted party.
      return Array.isArray(answer) ? (answer as ProcessInfo[]) : [];
    },
    uptime: () => (performance.timeOrigin + performance.now() - (control.floats[HEADER.BOOTED / 2] ?? 0)) / 1000,
    startThread(request: ThreadRequest) {
      if (options.post === undefined) throw new Error('This thread cannot start others: it has no way to send them their data.');
      const started = askResult(control, { op: 'start-thread' });
      if (started >= 0) options.post({ type: 'thread-data', slot: started, data: request.data }, [...request.transfer]);
      return started;
    },
    stopThread(target) {
      return askResult(control, { op: 'stop-thread', slot: target });
    },
    isThreadRunning(target) {
      const at = slotAt(target);
      return Atomics.load(words, at + SLOT.STATE) === SLOT_RUNNING && word(control, at + SLOT.PROCESS) === thread.process;
    },
    exit(code): never {
      if (options.onExit !== undefined) return options.onExit(code);
      sendRequest(control, { op: 'exit', code } satisfies KernelRequest);
      for (;;) Atomics.wait(words, HEADER.PARK, 0);
    },
    exec(request): never {
      if (options.onExec === undefined) throw new Error('exec: this thread cannot give its process to another program.');
      return options.onExec({ ...request, fds: request.fds.map((fd) => (fd < 0 ? -1 : thread.dup(fd, KEPT_FROM))) });
    },
    execve(request) {
      const result = replaceProcess(control, request);
      if (result < 0) return result;
      // The kernel ends this worker.
      for (;;) Atomics.wait(words, HEADER.PARK, 0);
    },
    notify(event: HostEvent) {
      return askResult(control, { op: 'notify', event });
    },
  };
  return calls;
}

/** Sets the current directory of a process (an existing directory's real path). */
export function setCwd(control: Control, process: number, path: string): Result {
  const bytes = encoder.encode(path);
  if (bytes.length > CWD_BYTES) return -ENAMETOOLONG;
  lock(control);
  control.bytes.set(bytes, CWDS_AT + process * CWD_BYTES);
  control.words[processAt(process) + PROCESS.CWD_LENGTH] = bytes.length;
  Atomics.add(control.words, processAt(process) + PROCESS.CWD_SEQUENCE, 1);
  unlock(control);
  return 0;
}
