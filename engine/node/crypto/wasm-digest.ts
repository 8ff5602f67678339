/**
 * Hashes by the WebAssembly modules of the hash-wasm package, used synchronously (docs/decisions/0005-hashing-in-wasm.md).
 * One instance per algorithm serves all computations of a thread: the state of the one that was interrupted is copied out and in again.
 * The first update of a short input costs no copy.
 */
import modules from '../../../generated/hash-wasm.json' with { type: 'json' };
import type { Digest } from './digest.ts';

export type WasmHash = Exclude<keyof typeof modules, 'crc32'>;

interface HashExports {
  readonly memory: WebAssembly.Memory;
  readonly STATE_SIZE: WebAssembly.Global | number;
  Hash_GetBuffer(): number;
  Hash_Init(parameter: number): void;
  Hash_Update(length: number): void;
  Hash_Final(padding: number): void;
  Hash_GetState(): number;
}

/** Bytes that a module takes at once: the size of its buffer. */
const BUFFER_SIZE = 16 * 1024;

class HashInstance {
  readonly exports: HashExports;
  readonly buffer: Uint8Array;
  readonly state: Uint8Array;
  /** The computation whose state the module holds now. */
  owner: WasmDigest | undefined;

  constructor(name: keyof typeof modules) {
    const module = new WebAssembly.Module(decodeBase64(modules[name]));
    this.exports = new WebAssembly.Instance(module, {}).exports as unknown as HashExports;
    const { memory, STATE_SIZE } = this.exports;
    const stateSizeAddress = typeof STATE_SIZE === 'number' ? STATE_SIZE : Number(STATE_SIZE.value);
    this.buffer = new Uint8Array(memory.buffer, this.exports.Hash_GetBuffer(), BUFFER_SIZE);
    this.state = new Uint8Array(memory.buffer, this.exports.Hash_GetState(), new DataView(memory.buffer).getUint32(stateSizeAddress, true));
  }
}

const instances = new Map<keyof typeof modules, HashInstance>();

function instanceOf(name: keyof typeof modules): HashInstance {
  let instance = instances.get(name);
  if (instance === undefined) instances.set(name, (instance = new HashInstance(name)));
  return instance;
}

/** What an algorithm passes to its module. */
export interface WasmHashOptions {
  readonly module: WasmHash;
  /** Argument of `Hash_Init`: bits of output for modules that serve several. */
  readonly parameter: number;
  /** Argument of `Hash_Final`: SHA-3's domain separation. */
  readonly padding: number;
  readonly outputSize: number;
}

export class WasmDigest implements Digest {
  readonly #instance: HashInstance;
  readonly #options: WasmHashOptions;
  /** State while another computation uses the module; undefined before the first update. */
  #saved: Uint8Array | undefined;

  constructor(options: WasmHashOptions, saved?: Uint8Array) {
    this.#instance = instanceOf(options.module);
    this.#options = options;
    this.#saved = saved;
  }

  #enter(): HashExports {
    const instance = this.#instance;
    if (instance.owner === this) return instance.exports;
    instance.owner?.leave();
    instance.owner = this;
    if (this.#saved === undefined) instance.exports.Hash_Init(this.#options.parameter);
    else instance.state.set(this.#saved);
    this.#saved = undefined;
    return instance.exports;
  }

  leave(): void {
    this.#saved = this.#instance.state.slice();
  }

  update(bytes: Uint8Array): void {
    const { Hash_Update } = this.#enter();
    const { buffer } = this.#instance;
    for (let offset = 0; offset < bytes.length; offset += BUFFER_SIZE) {
      const chunk = bytes.length <= BUFFER_SIZE ? bytes : bytes.subarray(offset, offset + BUFFER_SIZE);
      buffer.set(chunk);
      Hash_Update(chunk.length);
    }
  }

  finish(): Uint8Array {
    this.#enter().Hash_Final(this.#options.padding);
    this.#instance.owner = undefined;
    return this.#instance.buffer.slice(0, this.#options.outputSize);
  }

  clone(): WasmDigest {
    this.#enter();
    return new WasmDigest(this.#options, this.#instance.state.slice());
  }
}

/** CRC-32 (zlib's polynomial) continued from `value`. */
export function crc32(bytes: Uint8Array, value: number): number {
  const instance = instanceOf('crc32');
  const { exports, buffer, state } = instance;
  if (instance.owner === undefined && !crcReady.has(instance)) {
    // The module builds its table for a polynomial once; zlib's in reversed notation.
    exports.Hash_Init(0xedb88320 | 0);
    crcReady.add(instance);
  }
  const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
  view.setUint32(0, value, true);
  for (let offset = 0; offset < bytes.length; offset += BUFFER_SIZE) {
    const chunk = bytes.subarray(offset, offset + BUFFER_SIZE);
    buffer.set(chunk);
    exports.Hash_Update(chunk.length);
  }
  return view.getUint32(0, true);
}

const crcReady = new WeakSet<HashInstance>();

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = characters.charCodeAt(index);
  return bytes;
}
