/**
 * Workers and the slots they live in. `node` workers have Node's library booted ahead of time and serve one process, `thread` workers one worker thread; `program` workers run
 * the engine's own programs and are used again after a program returned. A few wait warm.
 */
import type { KernelToWorker, NodeImage, WorkerKind, WorkerToKernel } from '../protocol/worker-messages.ts';
import { parseWorkerMessage } from '../protocol/worker-messages.ts';
import type { Control } from '../system/control.ts';
import { lock, requestSlotKill, slotAt, unlock } from '../system/control.ts';
import { MAIL_IDLE, MAX_SLOTS, NO_PROCESS, SLOT, SLOT_DEAD, SLOT_FREE, SLOT_IDLE } from '../system/layout.ts';

/** A platform worker, browser or Node. */
export interface WorkerHandle {
  post(message: KernelToWorker, transfer?: readonly Transferable[]): void;
  terminate(): void;
}

export interface WorkerEvents {
  message(message: unknown, ports: readonly MessagePort[]): void;
  /** The worker died of an error that nothing in it caught. */
  error(message: string): void;
}

export type CreateWorker = (kind: WorkerKind, events: WorkerEvents) => WorkerHandle;

/** Safe end of a thread for the file system (engine/fs): no change is torn, no lock stays taken. */
export interface FileSystemKill {
  requestKill(slot: number): void;
  /** Takes the writers' lock; the returned function frees it again. */
  lockForKill(slot: number): () => void;
}

export interface EngineWorker {
  readonly kind: WorkerKind;
  readonly slot: number;
  post(message: KernelToWorker, transfer?: readonly Transferable[]): void;
}

export interface WorkerPoolOptions {
  readonly control: Control;
  readonly files: SharedArrayBuffer;
  /** Handed to Node's workers. */
  readonly node: NodeImage | null;
  readonly kill: FileSystemKill;
  readonly create: CreateWorker;
  /** How many of each kind wait warm. */
  readonly warm: Readonly<Record<WorkerKind, number>>;
  /** Messages of workers other than `ready`. */
  readonly onMessage: (worker: EngineWorker, message: WorkerToKernel, ports: readonly MessagePort[]) => void;
  readonly onDeath: (worker: EngineWorker, message: string) => void;
}

/** Slots rest this long after a kill: `terminate` takes effect a little later. In milliseconds. */
const SLOT_REST = 1000;
/** A new warm worker is made this long after one was taken, so that it does not compete with what just started. In milliseconds. */
const REFILL_DELAY = 60;

interface PooledWorker extends EngineWorker {
  readonly handle: WorkerHandle;
  isIdle: boolean;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Map<number, PooledWorker>();
  /** Free slots, longest unused first, with the time when they may be used again. */
  readonly #freeSlots: { slot: number; from: number }[] = [];
  #refill: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    for (let slot = 1; slot < MAX_SLOTS; slot++) this.#freeSlots.push({ slot, from: 0 });
    // The first program worker is what a boot waits for: the others do not compete with it, they are made by `fill`.
    this.#create('program');
  }

  /** A warm worker of the kind, or a new one that is still booting; null when there is no slot left. */
  take(kind: WorkerKind): EngineWorker | null {
    let worker = [...this.#workers.values()].find((one) => one.isIdle && one.kind === kind);
    worker ??= this.#create(kind) ?? undefined;
    if (worker === undefined) return null;
    worker.isIdle = false;
    this.#refill ??= setTimeout(() => {
      this.#refill = undefined;
      this.fill();
    }, REFILL_DELAY);
    return worker;
  }

  postTo(slot: number, message: KernelToWorker, transfer: readonly Transferable[]): void {
    this.#workers.get(slot)?.post(message, transfer);
  }

  /** A program returned: its worker may serve another. */
  release(slot: number): void {
    const worker = this.#workers.get(slot);
    if (worker === undefined) return;
    const idle = [...this.#workers.values()].filter((one) => one.isIdle && one.kind === worker.kind).length;
    if (worker.kind !== 'program' || idle >= this.#options.warm[worker.kind] + 2) return this.end(slot);
    worker.isIdle = true;
    Atomics.store(this.#options.control.words, slotAt(slot) + SLOT.STATE, SLOT_IDLE);
  }

  /** Ends a worker wherever it is, without tearing files or records. */
  end(slot: number): void {
    const worker = this.#workers.get(slot);
    if (worker === undefined) return;
    const { control, kill } = this.#options;
    this.#workers.delete(slot);
    // Order matters: once the lock was held after the request, the victim holds it never again and cannot be inside a call of the file system with it.
    requestSlotKill(control, slot);
    lock(control);
    kill.requestKill(slot);
    const unlockFiles = kill.lockForKill(slot);
    worker.handle.terminate();
    unlockFiles();
    Atomics.store(control.words, slotAt(slot) + SLOT.STATE, SLOT_DEAD);
    unlock(control);
    this.#freeSlots.push({ slot, from: performance.now() + SLOT_REST });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#refill);
    for (const slot of [...this.#workers.keys()]) this.end(slot);
  }

  /** Makes as many workers as are to wait warm. */
  fill(): void {
    if (this.#isClosed) return;
    for (const kind of ['program', 'node', 'thread'] as const) {
      let missing = this.#options.warm[kind] - [...this.#workers.values()].filter((one) => one.isIdle && one.kind === kind).length;
      for (; missing > 0; missing--) if (this.#create(kind) === null) return;
    }
  }

  #create(kind: WorkerKind): PooledWorker | null {
    const next = this.#freeSlots[0];
    if (next === undefined || next.from > performance.now()) return null;
    this.#freeSlots.shift();
    const { control, files, node, create, onMessage, onDeath } = this.#options;
    const { slot } = next;
    Atomics.store(control.words, slotAt(slot) + SLOT.MAIL_STATE, MAIL_IDLE);
    control.words[slotAt(slot) + SLOT.PROCESS] = NO_PROCESS;
    Atomics.store(control.words, slotAt(slot) + SLOT.STATE, SLOT_FREE);
    const handle = create(kind, {
      message: (value, ports) => {
        const message = parseWorkerMessage(value);
        if (message !== null && this.#workers.get(slot) === worker) onMessage(worker, message, ports);
      },
      error: (message) => {
        if (this.#workers.get(slot) === worker) onDeath(worker, message);
      },
    });
    const worker: PooledWorker = {
      kind,
      slot,
      handle,
      isIdle: true,
      post: (message, transfer) => handle.post(message, transfer),
    };
    this.#workers.set(slot, worker);
    handle.post({ type: 'boot', kind, control: control.memory, files, slot, ...(node === null || kind === 'program' ? {} : { node }) });
    return worker;
  }
}
