/** The kernel: everything that only one thread may do. It runs in a worker of its own and never blocks. */
import type { FileSystem } from '../fs/types.ts';
import type { Control } from '../system/control.ts';
import { lock, unlock } from '../system/control.ts';
import { EINVAL } from '../system/errno.ts';
import { answerRequest, takeRequests } from '../system/mailbox.ts';
import { SIGNALS } from '../system/signals.ts';
import { openFileOf, install, reference } from '../system/open-files.ts';
import { openSystem } from '../system/system.ts';
import type { HostEvent, ProcessInfo, System, WindowSize } from '../system/types.ts';
import { FileWatches } from './file-watches.ts';
import { Ports } from './ports.ts';
import { ProcessTable } from './processes.ts';
import { startReactor } from './reactor.ts';
import type { Reactor } from './reactor.ts';
import { parseRequest } from './requests.ts';
import { createRootFiles } from './root-files.ts';
import { runOnPipes, runOnTerminal } from './run.ts';
import type { RunContext, RunningProcess, RunRequest, Sink } from './run.ts';
import { openConnectionOf } from './streams.ts';
import type { Connection } from './streams.ts';
import type { Terminal } from './terminals.ts';
import { WorkerPool } from './workers.ts';
import type { CreateWorker, EngineWorker, FileSystemKill } from './workers.ts';
import type { NodeImage, WorkerKind, WorkerToKernel } from '../protocol/worker-messages.ts';

export interface KernelEvents {
  portOpened(port: number): void;
  portClosed(port: number): void;
  /** Something in the engine failed that no process can be told. */
  error(message: string): void;
  host(event: HostEvent): void;
}

export interface KernelOptions {
  /** The kernel's own view (slot 0). */
  readonly control: Control;
  readonly filesMemory: SharedArrayBuffer;
  /** The kernel's own view (slot 0). */
  readonly files: FileSystem;
  /** What Node's workers boot from; the kernel does not wait for it. Rejected: no process can be started. */
  readonly node: Promise<NodeImage | null>;
  /** Fills the file system from what was kept; called once, when nothing else runs any more that the boot has to wait for. */
  readonly prepareFiles?: () => Promise<void>;
  readonly kill: FileSystemKill;
  readonly createWorker: CreateWorker;
  readonly warm: Readonly<Record<WorkerKind, number>>;
  /** Milliseconds after which warm workers are made in the place of one that was taken. */
  readonly refillDelay: number;
  /** Absolute. */
  readonly workdir: string;
  /** Names of the engine's own programs: each becomes an executable file. */
  readonly programs: readonly string[];
  readonly events: KernelEvents;
}

export class Kernel {
  readonly files: FileSystem;
  readonly system: System;
  readonly reactor: Reactor;
  readonly ports: Ports;
  readonly watches: FileWatches;
  /** Fulfilled when Node can be booted and all files exist; rejected when one of them fails, or before that a worker for the engine's own programs. */
  readonly ready: Promise<void>;
  readonly #control: Control;
  readonly #processes: ProcessTable;
  readonly #workers: WorkerPool;
  readonly #terminals = new Map<number, Terminal>();
  readonly #events: KernelEvents;
  readonly #ready = Promise.withResolvers<void>();

  constructor(options: KernelOptions) {
    const { files, events } = options;
    this.#control = options.control;
    this.#events = events;
    this.files = files;
    this.ready = this.#ready.promise;
    this.system = openSystem(this.#control, files);
    this.watches = new FileWatches(files);
    this.ports = new Ports(this.#control, {
      onOpen: (port) => events.portOpened(port),
      onClose: (port) => events.portClosed(port),
    });
    this.#processes = new ProcessTable({
      control: this.#control,
      files,
      workers: () => this.#workers,
      onSessionEnd: (tty) => this.#terminals.get(tty)?.hangUp(),
    });
    this.#workers = new WorkerPool({
      control: this.#control,
      files: options.filesMemory,
      kill: options.kill,
      create: options.createWorker,
      warm: options.warm,
      refillDelay: options.refillDelay,
      onMessage: (worker, message, ports) => this.#onMessage(worker, message, ports),
      onDeath: (worker, message) => this.#onDeath(worker, message),
    });
    this.#prepare(options).then(this.#ready.resolve, this.#ready.reject);
    this.system.watchFiles(true);
    this.reactor = startReactor(this.system, (error) => events.error(String(error)));
    this.reactor.onWake(() => {
      this.#workers.active();
      takeRequests(this.#control, (slot, request) => this.#onRequest(slot, request));
      this.ports.look();
      for (const terminal of this.#terminals.values()) terminal.drain();
      this.watches.look();
    });
  }

  /** Starts a process on a terminal of its own. */
  runOnTerminal(request: RunRequest, size: WindowSize, output: Sink): RunningProcess | number {
    return runOnTerminal(this.#context, request, size, output);
  }

  /** Starts a process on pipes, for callers that want its outputs apart. */
  runOnPipes(request: RunRequest, stdout: Sink, stderr: Sink): RunningProcess | number {
    return runOnPipes(this.#context, request, stdout, stderr);
  }

  /** Connects to a guest server on a tcp port; null when nobody listens. */
  openConnection(port: number): Connection | null {
    for (const host of ['127.0.0.1', '::1']) {
      const fd = this.system.connect({ kind: 'tcp', host, port });
      if (fd >= 0) return openConnectionOf(this.system, this.reactor, fd);
    }
    return null;
  }

  /** Running processes, by pid. */
  processes(): ProcessInfo[] {
    return this.#processes.list();
  }

  /** Ends all processes and workers. */
  close(): void {
    this.#processes.endAll();
    this.#workers.close();
    this.reactor.stop();
  }

  get #context(): RunContext {
    return { control: this.#control, system: this.system, reactor: this.reactor, processes: this.#processes, terminals: this.#terminals };
  }

  #onRequest(slot: number, value: unknown): void {
    const request = parseRequest(value);
    const entry = this.#processes.entryOfSlot(slot);
    if (request === null || entry === null) {
      answerRequest(this.#control, slot, -EINVAL);
      return;
    }
    const answer = (result: unknown): void => answerRequest(this.#control, slot, result);
    switch (request.op) {
      case 'spawn':
        return answer(this.#processes.spawn(entry.index, request.request));
      case 'exec': {
        const result = this.#processes.exec(slot, request.request);
        // A worker of Node's has ended with that.
        if (result < 0 || entry.program !== 'node') answer(result);
        return;
      }
      case 'exit':
        return this.#processes.end(entry.pid, request.code, 0);
      case 'kill': {
        const result = this.#processes.kill(entry.index, request.pid, request.signal);
        // A process that killed itself hears no answer.
        if (this.#processes.entryOfSlot(slot) === entry) answer(result);
        return;
      }
      case 'processes':
        return answer(this.#processes.list());
      case 'terminal-mode': {
        const terminal = this.#terminals.get(request.tty);
        terminal?.setMode(request.mode);
        return answer(terminal === undefined ? -EINVAL : 0);
      }
      case 'start-thread':
        return answer(this.#processes.startThread(slot));
      case 'stop-thread': {
        const result = this.#processes.stopThread(slot, request.slot);
        if (request.slot !== slot || result < 0) answer(result);
        return;
      }
      case 'notify':
        this.#events.host(request.event);
        return answer(0);
    }
  }

  #onMessage(worker: EngineWorker, message: WorkerToKernel, ports: readonly MessagePort[]): void {
    switch (message.type) {
      case 'ready':
        return;
      case 'returned': {
        const entry = this.#processes.entryOfSlot(worker.slot);
        if (entry !== null) this.#processes.end(entry.pid, message.code, 0, worker.slot);
        // Its process goes on in another worker (exec).
        else this.#workers.release(worker.slot);
        return;
      }
      case 'failed':
        this.#onDeath(worker, message.message);
        return;
      case 'thread-data': {
        const start = this.#processes.threadStart(worker.slot, message.slot);
        if (start !== null) {
          this.#workers.postTo(message.slot, { type: 'thread', args: start.args, env: start.env, data: message.data }, ports);
        }
        return;
      }
    }
  }

  /** What has to be there before a process can be started. The workers boot beside it: what is started takes one that is on its way. */
  async #prepare({ node, prepareFiles, workdir, programs }: KernelOptions): Promise<void> {
    // Node's first worker is on its way before the files, which keep this thread busy.
    this.#workers.setNode(await node);
    await prepareFiles?.();
    createRootFiles(this.files, workdir, programs);
  }

  /** A worker that cannot go on: its process says why on stderr and ends as after abort(3). */
  #onDeath(worker: EngineWorker, message: string): void {
    const entry = this.#processes.entryOfSlot(worker.slot);
    this.#events.error(`A worker of the engine died: ${message}`);
    if (entry === null) {
      this.#workers.end(worker.slot);
      if (worker.kind === 'program') this.#ready.reject(new Error(message));
      return;
    }
    this.#writeTo(entry.index, 2, `jampot: the worker of process ${entry.pid} (${entry.args.join(' ')}) died: ${message}\n`);
    this.#processes.end(entry.pid, 0, SIGNALS.SIGABRT);
  }

  /** Writes to a descriptor of another process, as far as there is room. */
  #writeTo(process: number, fd: number, text: string): void {
    lock(this.#control);
    const openFile = openFileOf(this.#control, process, fd);
    const own = openFile < 0 ? openFile : install(this.#control, 0, openFile);
    if (own >= 0) reference(this.#control, openFile);
    unlock(this.#control);
    if (own < 0) return;
    this.system.write(own, new TextEncoder().encode(text));
    this.system.close(own);
  }
}
