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
  /** The user of the slot that has this number, and those before it, stop at their next contact with the lock. */
  requestKill(slot: number, incarnation: number): void;
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
  readonly kill: FileSystemKill;
  readonly create: CreateWorker;
  /** How many of each kind wait warm. */
  readonly warm: Readonly<Record<WorkerKind, number>>;
  /** New warm workers are made this long after one was taken, so that they do not compete with what just started. In milliseconds. */
  readonly refillDelay: number;
  /** Messages of workers other than `ready`. */
  readonly onMessage: (worker: EngineWorker, message: WorkerToKernel, ports: readonly MessagePort[]) => void;
  readonly onDeath: (worker: EngineWorker, message: string) => void;
}

/** New warm workers wait until nothing has happened for `QUIET`, at most `LONGEST` more than the refill delay: each of them keeps a processor busy that an edit may need. In milliseconds. */
const QUIET = 1000;
const LONGEST = 10_000;

/**
 * Slots rest this long after a kill: Chromium ends a worker that is busy only 2 s after `terminate`, and hands it the messages that wait until then.
 * It has its slot's number and stops where it would change something (see `incarnation`). In milliseconds.
 */
const SLOT_REST = 2500;

interface PooledWorker extends EngineWorker {
  readonly handle: WorkerHandle;
  /** Which user of its slot it is, from 1 on. */
  readonly incarnation: number;
  isIdle: boolean;
  /** It has said that it has booted. */
  isReady: boolean;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Map<number, PooledWorker>();
  /** Free slots, longest unused first, with the time when they may be used again. */
  readonly #freeSlots: { slot: number; from: number }[] = [];
  /** How many workers have had each slot. */
  readonly #incarnations = new Uint32Array(MAX_SLOTS);
  /** Handed to Node's workers; null when there is none, undefined until that is known. */
  #node: NodeImage | null | undefined;
  #refill: ReturnType<typeof setTimeout> | undefined;
  /** When a worker was last taken. */
  #taken = performance.now();
  /** When something last happened in the engine that the kernel saw. */
  #active = -Infinity;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    for (let slot = 1; slot < MAX_SLOTS; slot++) this.#freeSlots.push({ slot, from: 0 });
    // The first program worker is what a boot waits for: the others do not compete with it. Node's script is loaded while its library comes.
    this.#create('program');
    if (options.warm.node > 0) this.#create('node');
  }

  /** Node can be booted from now on, or never. What the first command needs begins to boot: Node, and a shell beside npm. */
  setNode(image: NodeImage | null): void {
    this.#node = image;
    if (this.#isClosed) return;
    const loading = this.#idle('node');
    for (const worker of loading) {
      if (image === null) this.end(worker.slot);
      else this.#boot(worker);
    }
    if (loading.length === 0 && this.#options.warm.node > 0) this.#create('node');
    if (this.#options.warm.program > 1) this.#create('program');
    this.#fillWhenQuiet();
  }

  /** A warm worker of the kind, or a new one that is still booting; null when there is no slot left. */
  take(kind: WorkerKind): EngineWorker | null {
    if (kind !== 'program' && !this.#node) return null;
    const idle = this.#idle(kind);
    const worker = idle.find(({ isReady }) => isReady) ?? idle[0] ?? this.#create(kind);
    if (worker === null) return null;
    worker.isIdle = false;
    this.#taken = performance.now();
    this.#fillWhenQuiet();
    return worker;
  }

  /** Something happens: files change, bytes come and go. */
  active(): void {
    this.#active = performance.now();
  }

  postTo(slot: number, message: KernelToWorker, transfer: readonly Transferable[]): void {
    this.#workers.get(slot)?.post(message, transfer);
  }

  /** A program returned: its worker may serve another. */
  release(slot: number): void {
    const worker = this.#workers.get(slot);
    if (worker === undefined) return;
    if (worker.kind !== 'program' || this.#idle('program').length >= this.#options.warm.program + 2) return this.end(slot);
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
    requestSlotKill(control, slot, worker.incarnation);
    lock(control);
    kill.requestKill(slot, worker.incarnation);
    const unlockFiles = kill.lockForKill(slot);
    worker.handle.terminate();
    unlockFiles();
    Atomics.store(control.words, slotAt(slot) + SLOT.STATE, SLOT_DEAD);
    unlock(control);
    this.#freeSlots.push({ slot, from: performance.now() + SLOT_REST });
    // What ended made room on the processors, and is often followed by another. One that never booted would be followed by its like without end.
    if (worker.isReady) this.#fill(1);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#refill);
    for (const slot of [...this.#workers.keys()]) this.end(slot);
  }

  #idle(kind: WorkerKind): PooledWorker[] {
    return [...this.#workers.values()].filter((worker) => worker.isIdle && worker.kind === kind);
  }

  /** Makes one of the workers that are to wait warm, at most `most` of a kind, where the fewest wait; its `ready` brings the next. */
  #fill(most = Infinity): void {
    if (this.#isClosed) return;
    const [next] = (['program', 'node', 'thread'] as const)
      .map((kind) => ({ kind, idle: this.#idle(kind) }))
      .filter(({ kind, idle }) => idle.length < Math.min(most, this.#options.warm[kind]))
      .sort((a, b) => a.idle.length - b.idle.length);
    if (next === undefined || next.idle.some(({ isReady }) => !isReady)) return;
    if (this.#create(next.kind) === null) this.#later(SLOT_REST, () => this.#fill());
  }

  #fillWhenQuiet(): void {
    const soonest = this.#taken + this.#options.refillDelay;
    const wait = Math.max(soonest, Math.min(this.#active + QUIET, soonest + LONGEST)) - performance.now();
    if (wait > 0) this.#later(wait, () => this.#fillWhenQuiet());
    else this.#fill();
  }

  #later(milliseconds: number, then: () => void): void {
    clearTimeout(this.#refill);
    if (!this.#isClosed) this.#refill = setTimeout(then, milliseconds);
  }

  #create(kind: WorkerKind): PooledWorker | null {
    const next = this.#freeSlots[0];
    if ((kind !== 'program' && this.#node === null) || next === undefined || next.from > performance.now()) return null;
    this.#freeSlots.shift();
    const { control, create, onMessage, onDeath } = this.#options;
    const { slot } = next;
    const incarnation = (this.#incarnations[slot] ?? 0) + 1;
    this.#incarnations[slot] = incarnation;
    Atomics.store(control.words, slotAt(slot) + SLOT.MAIL_STATE, MAIL_IDLE);
    control.words[slotAt(slot) + SLOT.PROCESS] = NO_PROCESS;
    Atomics.store(control.words, slotAt(slot) + SLOT.STATE, SLOT_FREE);
    const handle = create(kind, {
      message: (value, ports) => {
        const message = parseWorkerMessage(value);
        if (message === null || this.#workers.get(slot) !== worker) return;
        if (message.type === 'ready') {
          worker.isReady = true;
          this.#fillWhenQuiet();
        }
        onMessage(worker, message, ports);
      },
      error: (message) => {
        if (this.#workers.get(slot) === worker) onDeath(worker, message);
      },
    });
    const worker: PooledWorker = {
      kind,
      slot,
      handle,
      incarnation,
      isIdle: true,
      isReady: false,
      post: (message, transfer) => handle.post(message, transfer),
    };
    this.#workers.set(slot, worker);
    // Node's boot when `setNode` says what from.
    if (kind === 'program' || this.#node) this.#boot(worker);
    return worker;
  }

  #boot({ kind, slot, incarnation, handle }: PooledWorker): void {
    const { control, files } = this.#options;
    const node = kind === 'program' || !this.#node ? {} : { node: this.#node };
    handle.post({ type: 'boot', kind, control: control.memory, files, slot, incarnation, ...node });
  }
}
