import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { decodeMessagePack, encodeMessagePack, MessagePackError } from './message-pack.ts';

describe('decodeMessagePack', () => {
  it('reads what the real encoder writes, at every size of header', () => {
    const values = [
      null,
      true,
      false,
      0,
      127,
      128,
      255,
      256,
      65_536,
      2 ** 40,
      -1,
      -32,
      -33,
      -200,
      -70_000,
      1.5,
      '',
      'ü'.repeat(20),
      'x'.repeat(300),
      'y'.repeat(70_000),
    ];
    expect(decodeMessagePack(encode(values))).toEqual(values);
    for (const size of [0, 255, 256, 65_536])
      expect(decodeMessagePack(encode(new Uint8Array(size).fill(3)))).toEqual(new Uint8Array(size).fill(3));
  });

  it('reads maps of every size', () => {
    for (const size of [0, 15, 16, 70_000]) {
      const map = decodeMessagePack(encode(Object.fromEntries(Array.from({ length: size }, (_, i) => [`k${i}`, i]))));
      expect(map).toBeInstanceOf(Map);
      expect((map as Map<string, number>).size).toBe(size);
    }
  });

  it('refuses what is cut off, too long or unknown', () => {
    const bytes = encode({ a: 'text' });
    expect(() => decodeMessagePack(bytes.subarray(0, -1))).toThrow(MessagePackError);
    expect(() => decodeMessagePack(Uint8Array.of(...bytes, 0))).toThrow('1 bytes too many');
    expect(() => decodeMessagePack(Uint8Array.of(0xd4, 1, 1))).toThrow('unknown type (0xd4');
    expect(() => decodeMessagePack(new Uint8Array(2000).fill(0x91))).toThrow('nested too deeply');
    expect(() => decodeMessagePack(Uint8Array.of(0xa2, 0xc3, 0x28))).toThrow(MessagePackError);
  });
});

describe('encodeMessagePack', () => {
  it('writes what it reads', () => {
    const tree = new Map([
      [
        'd',
        new Map<string, Map<string, Uint8Array | string>>(
          Array.from({ length: 40 }, (_, i) => [
            `file ${i}`,
            new Map<string, Uint8Array | string>([['c', new Uint8Array(i * 700).fill(i)]]),
          ]),
        ),
      ],
    ]);
    expect(decodeMessagePack(encodeMessagePack(tree))).toEqual(tree);
  });
});
