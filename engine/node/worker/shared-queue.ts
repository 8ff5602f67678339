/**
 * Messages on their way to one end of a MessagePort in another thread: a log in shared memory, so that the reader finds them without its event loop
 * (`receiveMessageOnPort` after `Atomics.wait`) and a thread that is terminated loses none that it sent. One writer, one reader, no lock.
 *
 * ```
 * words   0 reader's slot + 1 (0: on its way)   1 records read   2 records written   3 the record that begins at the start again
 *         4 where the reader is   5 where the writer is   from byte 32: records
 * record  length of the body, kind, body, padding to 4 bytes
 * ```
 * Only the browser carries ports, shared memories and wasm modules: for such a message the log holds a BY_BROWSER record, and the message itself comes
 * through the browser's port, in the same order. It is posted before the record is written: a record is never without its message.
 */
const READER = 0;
const READ = 1;
const WRITTEN = 2;
const RESTART = 3;
const HEAD = 4;
const TAIL = 5;
const HEADER_BYTES = 32;
const FIRST_BYTES = 4096;
/** What waits in one direction at most; the rest goes through the browser. */
const MOST_BYTES = 64 * 1024 * 1024;
const EMPTY = new Uint8Array(0);

export const MESSAGE = 0;
export const BY_BROWSER = 1;
export const CLOSE = 2;
export const EXIT = 3;

export interface QueueRecord {
  readonly kind: number;
  readonly body: Uint8Array;
}

export class SharedQueue {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(FIRST_BYTES, { maxByteLength: MOST_BYTES })) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, HEADER_BYTES / 4);
  }

  /** Slot of the thread that reads, -1 while the port is on its way to one. */
  get reader(): number {
    return Atomics.load(this.#words, READER) - 1;
  }

  setReader(slot: number): void {
    Atomics.store(this.#words, READER, slot + 1);
  }

  get isEmpty(): boolean {
    return Atomics.load(this.#words, READ) === Atomics.load(this.#words, WRITTEN);
  }

  /** False when there is no room. */
  push(kind: number, body: Uint8Array = EMPTY): boolean {
    const words = this.#words;
    const size = 8 + ((body.length + 3) & ~3);
    const written = Atomics.load(words, WRITTEN);
    let tail = words[TAIL] ?? 0;
    if (tail > 0 && Atomics.load(words, READ) === written) {
      // The reader has taken everything.
      Atomics.store(words, RESTART, written);
      tail = 0;
    }
    const end = HEADER_BYTES + tail + size;
    if (end > MOST_BYTES) return false;
    if (end > this.memory.byteLength) this.memory.grow(Math.min(MOST_BYTES, Math.max(end, this.memory.byteLength * 2)));
    const prefix = new Int32Array(this.memory, HEADER_BYTES + tail, 2);
    prefix[0] = body.length;
    prefix[1] = kind;
    new Uint8Array(this.memory, HEADER_BYTES + tail + 8, body.length).set(body);
    words[TAIL] = tail + size;
    Atomics.store(words, WRITTEN, (written + 1) | 0);
    return true;
  }

  /** Kind of the next record, undefined when there is none. */
  get next(): number | undefined {
    if (this.isEmpty) return undefined;
    return new Int32Array(this.memory, HEADER_BYTES + this.#head(), 2)[1];
  }

  take(): QueueRecord | undefined {
    if (this.isEmpty) return undefined;
    const words = this.#words;
    const head = this.#head();
    const [length = 0, kind = 0] = new Int32Array(this.memory, HEADER_BYTES + head, 2);
    const body = new Uint8Array(this.memory, HEADER_BYTES + head + 8, length).slice();
    words[HEAD] = head + 8 + ((length + 3) & ~3);
    Atomics.store(words, READ, ((words[READ] ?? 0) + 1) | 0);
    return { kind, body };
  }

  #head(): number {
    const words = this.#words;
    return Atomics.load(words, RESTART) === words[READ] ? 0 : (words[HEAD] ?? 0);
  }
}
