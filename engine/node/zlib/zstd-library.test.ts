import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Buffers } from './codec.ts';
import { ZstdCompressCodec, ZstdDecompressCodec } from './zstd-codec.ts';
import { zstdLibrary } from './zstd-library.ts';

const END = 2;
const NOT_GIVEN = 0xffffffff;
let reads = 0;
const wasm = () => {
  reads++;
  return Uint8Array.from(readFileSync(join(import.meta.dirname, '../../../generated/zstd.wasm')));
};

function parameters(given: Readonly<Record<number, number>>): Uint32Array {
  const all = new Uint32Array(500).fill(NOT_GIVEN);
  for (const [key, value] of Object.entries(given)) all[Number(key)] = value;
  return all;
}

const buffersOf = (input: Uint8Array): Buffers => ({
  input,
  inputOffset: 0,
  inputLeft: input.length,
  output: new Uint8Array(1000),
  outputOffset: 0,
  outputLeft: 1000,
});

describe('zstdLibrary', () => {
  it('reads its file once, and is shared', () => {
    const first = zstdLibrary(wasm);
    expect(zstdLibrary(wasm)).toBe(first);
    expect(reads).toBe(1);
  });

  it('is left behind with the memory of a large stream, once the last one closes', () => {
    const library = zstdLibrary(wasm);
    const large = new ZstdCompressCodec(library, { parameters: parameters({ 100: 22, 101: 27 }), dictionary: undefined }, undefined);
    const other = new ZstdDecompressCodec(library, { parameters: parameters({}), dictionary: undefined });
    large.step(buffersOf(Uint8Array.of(1, 2, 3)), 0);
    expect(library.exports.memory.buffer.byteLength).toBeGreaterThan(2 ** 26);
    large.close();
    expect(zstdLibrary(wasm)).toBe(library);
    other.close();
    other.close();
    const next = zstdLibrary(wasm);
    expect(next).not.toBe(library);
    expect(next.exports.memory.buffer.byteLength).toBeLessThan(2 ** 24);
  });

  it('takes back what streams used, those that cannot start included', () => {
    const library = zstdLibrary(wasm);
    const input = new Uint8Array(100_000).fill(7);
    const use = () => {
      const codec = new ZstdCompressCodec(library, { parameters: parameters({ 100: 3 }), dictionary: input }, undefined);
      codec.step(buffersOf(input), END);
      codec.close();
      const wrong = { parameters: parameters({ 101: 99 }), dictionary: input };
      expect(() => new ZstdCompressCodec(library, wrong, undefined)).toThrow('Setting parameter failed');
    };
    use();
    const { byteLength } = library.exports.memory.buffer;
    for (let count = 0; count < 50; count++) use();
    expect(library.exports.memory.buffer.byteLength).toBe(byteLength);
  });

  it('names the parameters that only a library for 64-bit processors has', () => {
    for (const [key, value] of [
      [101, 31],
      [103, 30],
    ] as const) {
      const options = { parameters: parameters({ [key]: value }), dictionary: undefined };
      expect(() => new ZstdCompressCodec(zstdLibrary(wasm), options, undefined)).toThrow(/ZSTD_c_\w+ 3\d is not available/);
    }
  });
});
