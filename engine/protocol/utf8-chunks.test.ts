import { describe, expect, it } from 'vitest';
import { Utf8Chunks } from './utf8-chunks.ts';

describe('Utf8Chunks', () => {
  it('never cuts a character, wherever the stream was cut', () => {
    const text = 'aé漢😀z';
    const bytes = new TextEncoder().encode(text);
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const chunks = new Utf8Chunks();
        const decoded = [bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)].map((part) =>
          new TextDecoder('utf-8', { fatal: true }).decode(chunks.push(part)),
        );
        expect(decoded.join('')).toBe(text);
        expect(chunks.end()).toHaveLength(0);
      }
    }
  });

  it('lets bytes through that are no UTF-8, at the latest at the end', () => {
    const chunks = new Utf8Chunks();
    expect([...chunks.push(Uint8Array.of(0x80, 0xff, 0x61))]).toEqual([0x80, 0xff, 0x61]);
    expect([...chunks.push(Uint8Array.of(0x62, 0xf0, 0x9f))]).toEqual([0x62]);
    expect([...chunks.end()]).toEqual([0xf0, 0x9f]);
  });
});
