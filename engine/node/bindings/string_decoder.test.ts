import { describe, expect, it, vi } from 'vitest';
import { runNative, runOnBindings } from '../testing/native.ts';

// Each comparison starts two processes.
vi.setConfig({ testTimeout: 60_000 });

describe('StringDecoder', () => {
  it("gives native's text and state for any bytes in any pieces, in every encoding", () => {
    const script = `
      const { StringDecoder } = require('string_decoder');
      let x = 7; const random = (below) => (x = (Math.imul(x, 1664525) + 1013904223) >>> 0, (x >>> 8) % below);
      // Texts with characters of every length, whole and damaged.
      const sources = Array.from({ length: 120 }, () => {
        const text = Array.from({ length: 1 + random(12) }, () => ['a', 'ä', '€', '😀', '\\ud83d', '\\ufeff', 'z'][random(7)]).join('');
        const bytes = Buffer.from(text, random(2) ? 'utf8' : 'utf16le');
        for (let damage = random(3); damage > 0; damage--) bytes[random(bytes.length)] = [0x80, 0xff, 0xd8, 0xf0, 0xe2, 0xc3, 0][random(7)];
        return bytes;
      });
      for (const encoding of ['utf8', 'utf16le', 'base64', 'base64url', 'latin1', 'ascii', 'hex'])
        for (const bytes of sources) {
          const decoder = new StringDecoder(encoding); const log = [];
          for (let at = 0; at < bytes.length; ) { const size = random(4); log.push(decoder.write(bytes.subarray(at, at + size)), decoder.lastNeed, decoder.lastTotal); at += size; }
          log.push(decoder.end(), decoder.lastNeed, decoder.lastTotal, decoder.end());
          console.log(encoding, bytes.toString('hex'), JSON.stringify(log));
        }
      console.log(new StringDecoder().write(new DataView(new ArrayBuffer(3), 1)), new StringDecoder('utf8').end(new Uint16Array([0x4142])));
    `;
    const native = runNative(script);
    expect(native.stdout.split('\n').length).toBeGreaterThan(800);
    expect(runOnBindings(['string_decoder'], script)).toEqual(native);
  });
});
