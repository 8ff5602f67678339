/** Messages between the kernel and its workers. What workers send is validated: guest code can post anything. */

/** What Node's workers boot from, in shared memory, so that starting a worker copies nothing. */
export interface NodeImage {
  /** Packed sources (scripts/engine/assets.mjs) of what command lines load. */
  readonly builtins: SharedArrayBuffer;
  /** Packed sources of all other builtins: there once `restState` says so. */
  readonly rest: SharedArrayBuffer;
  /** One word: 1 when `rest` is filled. */
  readonly restState: SharedArrayBuffer;
  /** JSON as UTF-8. */
  readonly dumps: SharedArrayBuffer;
}

/** `node`: Node booted for a main thread; `thread`: for a worker thread, which boots when it gets its data; `program`: the engine's own programs. */
export type WorkerKind = 'node' | 'thread' | 'program';

export type KernelToWorker =
  | {
      readonly type: 'boot';
      readonly kind: WorkerKind;
      readonly control: SharedArrayBuffer;
      readonly files: SharedArrayBuffer;
      readonly slot: number;
      /** Which user of the slot the worker is, from 1 on: it stops when the kernel has killed this one, also before it had booted. */
      readonly incarnation: number;
      /** Absent for programs. */
      readonly node?: NodeImage;
    }
  | {
      readonly type: 'start';
      /** Name of an engine program; `node` in Node's workers. */
      readonly program: string;
      /** The program's file. */
      readonly path: string;
      /** argv, argv[0] included. */
      readonly args: readonly string[];
      /** `KEY=value` entries. */
      readonly env: readonly string[];
      readonly cwd: string;
    }
  /** A further thread of a running process. */
  | { readonly type: 'thread'; readonly args: readonly string[]; readonly env: readonly string[]; readonly data: unknown };

export type WorkerToKernel =
  /** Booted. */
  | { readonly type: 'ready' }
  /** A program returned; the worker can run another. */
  | { readonly type: 'returned'; readonly code: number }
  /** It cannot go on: the reason for the user. */
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'thread-data'; readonly slot: number; readonly data: unknown };

export function parseWorkerMessage(value: unknown): WorkerToKernel | null {
  if (typeof value !== 'object' || value === null || !('type' in value)) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  const { type, code, message, slot, data } = fields;
  switch (type) {
    case 'ready':
      return { type };
    case 'returned':
      return Number.isInteger(code) ? { type, code: Number(code) } : null;
    case 'failed':
      return typeof message === 'string' ? { type, message } : null;
    case 'thread-data':
      return Number.isInteger(slot) ? { type, slot: Number(slot), data } : null;
    default:
      return null;
  }
}
