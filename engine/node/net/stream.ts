/**
 * Streams over descriptors: what LibuvStreamWrap (src/stream_wrap.cc) and StreamBase (src/stream_base.cc) are natively. Pipes, sockets and terminals
 * share it.
 */
import { HANGUP, READABLE, WRITABLE } from '../../system/types.ts';
import { AsyncWrap, beginRequest, completeRequest, HandleWrap } from '../async-wrap.ts';
import { encodeBriefly, encodeText, ENCODING, parseEncoding } from '../codecs.ts';
import type { Callable, Environment } from '../environment.ts';
import type { Handle } from '../event-loop.ts';

export const EAGAIN = -11;
export const EBADF = -9;
export const EINVAL = -22;
export const EPIPE = -32;
export const ENOTCONN = -107;
export const ECANCELED = -125;
export const UV_EOF = -4095;

/** Indexes of `streamBaseState`. */
const READ_BYTES_OR_ERROR = 0;
const ARRAY_BUFFER_OFFSET = 1;
const BYTES_WRITTEN = 2;
const LAST_WRITE_WAS_ASYNC = 3;
const READ_SIZE = 65_536;

/** Shared by all streams of a thread, as natively. */
const states = new WeakMap<Environment, Int32Array>();
export function streamState(environment: Environment): Int32Array {
  let state = states.get(environment);
  if (state === undefined) states.set(environment, (state = new Int32Array(5)));
  return state;
}

/** Tells the library of the write that it has just asked for. */
export function noteWrite(environment: Environment, bytes: number, isAsync: boolean): void {
  const state = streamState(environment);
  state[BYTES_WRITTEN] = bytes;
  state[LAST_WRITE_WAS_ASYNC] = Number(isAsync);
}

/** The bytes of `writev`'s list: buffers, or texts and buffers each followed by an encoding. */
export function chunksOf(chunks: readonly unknown[], allBuffers: boolean): Uint8Array[] {
  if (allBuffers) return chunks as Uint8Array[];
  const parts: Uint8Array[] = [];
  for (let index = 0; index < chunks.length; index += 2) {
    const chunk = chunks[index];
    parts.push(typeof chunk === 'string' ? encodeText(chunk, parseEncoding(chunks[index + 1], ENCODING.utf8)) : (chunk as Uint8Array));
  }
  return parts;
}

interface PendingWrite {
  readonly request: AsyncWrap | undefined;
  bytes: Uint8Array;
  /** Descriptor that is to be sent with the first byte. */
  passed: number | undefined;
}

/** Someone inside the engine that takes the bytes of a stream instead of the guest (HTTPParser.consume). */
export interface StreamConsumer {
  data(bytes: Uint8Array): void;
  /** UV_EOF or an errno. */
  end(status: number): void;
}

export abstract class StreamWrap extends HandleWrap {
  #fd = -1;
  #reading: Handle | undefined;
  #writing: Handle | undefined;
  readonly #queue: PendingWrite[] = [];
  #shutdown: AsyncWrap | undefined;
  #isBlocking = false;
  #userBuffer: Uint8Array | undefined;
  #consumer: StreamConsumer | undefined;
  #scratch: Uint8Array | undefined;
  bytesRead = 0;
  bytesWritten = 0;
  onread: Callable | undefined;

  get fd(): number {
    return this.#fd;
  }
  get isStreamBase(): boolean {
    return true;
  }
  get writeQueueSize(): number {
    return this.#queue.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Takes a descriptor over. */
  adopt(fd: number): void {
    this.#fd = fd;
  }
  consume(consumer: StreamConsumer | undefined): void {
    this.#consumer = consumer;
  }

  // -- reading -------------------------------------------------------------------------------------
  readStart(): number {
    if (this.#fd < 0) return this.isOpen ? ENOTCONN : EBADF;
    if (this.#reading !== undefined) return 0;
    this.#reading = this.environment.loop.poll(this.#fd, READABLE | HANGUP, () => this.#readable());
    this.attach(this.#reading);
    return 0;
  }
  readStop(): number {
    if (this.#reading !== undefined) {
      this.detach(this.#reading);
      this.#reading = undefined;
    }
    return 0;
  }
  useUserBuffer(buffer: Uint8Array): number {
    this.#userBuffer = buffer;
    return 0;
  }

  #readable(): void {
    this.#scratch ??= new Uint8Array(READ_SIZE);
    const whole = this.#userBuffer ?? this.#scratch;
    const most = this.beforeRead();
    const target = most < whole.length ? whole.subarray(0, most) : whole;
    const count = this.environment.system.read(this.#fd, target);
    if (count === EAGAIN) return;
    if (count <= 0) {
      this.readStop();
      this.deliver(count === 0 ? UV_EOF : count, undefined);
      return;
    }
    this.bytesRead += count;
    this.deliver(count, target.subarray(0, count));
  }

  /** Called before each read: how many bytes it may take. */
  protected beforeRead(): number {
    return Infinity;
  }

  /** Bytes, or UV_EOF or an errno without bytes, to whoever reads: something in the engine, else the guest. */
  deliver(status: number, bytes: Uint8Array | undefined): void {
    const consumer = this.#consumer;
    if (consumer !== undefined) {
      if (bytes === undefined) consumer.end(status);
      else consumer.data(bytes.slice());
      return;
    }
    this.emitRead(status, bytes);
  }

  /** Calls the guest's `onread` as `CallJSOnreadMethod` does. */
  emitRead(status: number, bytes: Uint8Array | undefined): void {
    const state = streamState(this.environment);
    state[READ_BYTES_OR_ERROR] = status;
    state[ARRAY_BUFFER_OFFSET] = 0;
    if (bytes === undefined || this.#userBuffer !== undefined) {
      const next = this.makeCallback('onread', undefined);
      if (this.#userBuffer !== undefined && ArrayBuffer.isView(next)) this.#userBuffer = next as Uint8Array;
      return;
    }
    this.makeCallback('onread', bytes.slice().buffer);
  }

  // -- writing ---------------------------------------------------------------------------------------
  setBlocking(blocking: boolean): number {
    this.#isBlocking = blocking;
    return 0;
  }

  /** `bytes` may be used again afterwards. `passed`: a descriptor to send with the first byte. */
  protected write(request: AsyncWrap, bytes: Uint8Array, passed?: number): number {
    noteWrite(this.environment, bytes.length, false);
    if (this.#fd < 0) return EBADF;
    // What waits counts, as natively.
    this.bytesWritten += bytes.length;
    let rest = bytes;
    if (this.#queue.length === 0) {
      const refused = passed === undefined ? 0 : this.environment.system.passDescriptor(this.#fd, passed);
      if (refused < 0) return refused;
      // Standard output and error must not be lost when the process exits: native Node writes them synchronously on Linux.
      const count = this.#isBlocking || this.#fd <= 2 ? this.#writeAll(bytes) : this.#attempt(bytes);
      if (count < 0 && count !== EAGAIN) return count;
      const done = Math.max(0, count);
      if (done === bytes.length) return 0;
      rest = bytes.slice(done);
    } else rest = bytes.slice();
    noteWrite(this.environment, bytes.length, true);
    beginRequest(request, this);
    this.#queue.push({ request, bytes: rest, passed: rest.length < bytes.length || this.#queue.length === 0 ? undefined : passed });
    this.#startWriting();
    return 0;
  }

  #attempt(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length) {
      const count = this.environment.system.write(this.#fd, bytes.subarray(at));
      if (count < 0) return at > 0 && count === EAGAIN ? at : count;
      if (count === 0) break;
      at += count;
    }
    return at;
  }
  #writeAll(bytes: Uint8Array): number {
    return this.environment.system.writeBlocking(this.#fd, bytes);
  }

  #startWriting(): void {
    if (this.#writing !== undefined) return;
    this.#writing = this.environment.loop.poll(this.#fd, WRITABLE | HANGUP, () => this.#writable());
    this.attach(this.#writing);
  }

  #writable(): void {
    const next = this.#queue[0];
    if (next === undefined) return this.#drained();
    const refused = next.passed === undefined ? 0 : this.environment.system.passDescriptor(this.#fd, next.passed);
    next.passed = undefined;
    const count = refused < 0 ? refused : this.#attempt(next.bytes);
    if (count === EAGAIN) return;
    if (count >= 0) {
      next.bytes = next.bytes.subarray(count);
      if (next.bytes.length > 0) return;
    }
    this.#queue.shift();
    if (this.#queue.length === 0) this.#drained();
    this.#complete(next.request, count < 0 ? count : 0);
  }

  #drained(): void {
    if (this.#writing !== undefined) {
      this.detach(this.#writing);
      this.#writing = undefined;
    }
    if (this.#shutdown !== undefined) this.#finishShutdown();
  }

  #complete(request: AsyncWrap | undefined, status: number): void {
    if (request !== undefined) completeRequest(request, 'oncomplete', status, this, undefined);
  }

  shutdown(request: AsyncWrap): number {
    if (this.#fd < 0) return ENOTCONN;
    beginRequest(request, this);
    this.#shutdown = request;
    if (this.#queue.length === 0) this.#finishShutdown();
    return 0;
  }
  #finishShutdown(): void {
    const request = this.#shutdown;
    this.#shutdown = undefined;
    const status = this.environment.system.shutdown(this.#fd);
    const pending = this.environment.loop.request();
    pending.done(() => this.#complete(request, status < 0 && status !== ENOTCONN ? status : 0));
  }

  /** `handle`: a stream to send with it, through the channel of a forked process. */
  writeBuffer(request: AsyncWrap, bytes: Uint8Array, handle?: unknown): number {
    return this.write(request, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), descriptorOf(handle));
  }
  writeUtf8String(request: AsyncWrap, text: string, handle?: unknown): number {
    return this.write(request, encodeBriefly(text, ENCODING.utf8), descriptorOf(handle));
  }
  writeAsciiString(request: AsyncWrap, text: string): number {
    return this.write(request, encodeBriefly(text, ENCODING.ascii));
  }
  writeLatin1String(request: AsyncWrap, text: string): number {
    return this.write(request, encodeBriefly(text, ENCODING.latin1));
  }
  writeUcs2String(request: AsyncWrap, text: string): number {
    return this.write(request, encodeBriefly(text, ENCODING.utf16le));
  }
  writev(request: AsyncWrap, chunks: unknown[], allBuffers: boolean): number {
    const parts = chunksOf(chunks, allBuffers);
    const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const chunk of parts) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return this.write(request, all);
  }

  protected dispose(): void {
    const fd = this.#fd;
    this.#fd = -1;
    this.#reading = undefined;
    this.#writing = undefined;
    if (fd >= 0) this.environment.system.close(fd);
    const waiting = this.#queue.splice(0);
    const shutdown = this.#shutdown;
    this.#shutdown = undefined;
    if (waiting.length === 0 && shutdown === undefined) return;
    this.environment.loop.enqueue(() => {
      for (const { request } of waiting) this.#complete(request, ECANCELED);
      this.#complete(shutdown, ECANCELED);
    });
  }
}

const descriptorOf = (handle: unknown): number | undefined => (handle instanceof StreamWrap ? handle.fd : undefined);

/** Request classes: plain AsyncWraps that the library hangs its callbacks on. `isDeferred`: it gets its async id when it has to wait. */
export function requestClass(environment: Environment, name: string, provider: string, isDeferred = false): new () => AsyncWrap {
  return {
    [name]: class extends AsyncWrap {
      constructor() {
        super(environment, provider, isDeferred);
      }
    },
  }[name] as new () => AsyncWrap;
}
