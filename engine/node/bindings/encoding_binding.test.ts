import { describe, expect, it, vi } from 'vitest';
import { runNative, runOnBindings } from '../testing/native.ts';

// Each comparison starts two processes.
vi.setConfig({ testTimeout: 60_000 });

function expectSame(script: string): void {
  const prelude = `
    const { TextEncoder, TextDecoder } = require('internal/encoding');
    const show = (label, compute) => { try { console.log(label, compute()); } catch (error) { console.log(label, error.constructor.name, error.message, Object.entries(error).join()); } };
  `;
  const native = runNative(prelude + script);
  expect(native.stdout).not.toBe('');
  expect(runOnBindings(['encoding_binding', 'icu'], prelude + script)).toEqual(native);
}

describe('TextEncoder', () => {
  it('encodes whole strings and into memory, shared or not', () => {
    expectSame(`
      const encoder = new TextEncoder();
      for (const text of ['', 'a', 'äö€😀', '\\ud800x', 'x'.repeat(1000)]) {
        show(text.slice(0, 9), () => encoder.encode(text));
        for (const size of [0, 1, 2, 3, 5, 100]) {
          const plain = new Uint8Array(size); show(size, () => [encoder.encodeInto(text, plain), plain]);
          const shared = new Uint8Array(new SharedArrayBuffer(size)); show(size, () => [encoder.encodeInto(text, shared), [...shared]]);
        }
      }
      show('type', () => encoder.encodeInto(1, new Uint8Array(1)));
    `);
  });
});

describe('TextDecoder', () => {
  it('decodes UTF-8 whole and in a stream, fatal or not, with and without a byte order mark', () => {
    expectSame(`
      const inputs = [[], [65], [0xef, 0xbb, 0xbf, 65], [0xc3], [0xff, 65], [0xf0, 0x9f, 0x98, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]];
      for (const fatal of [false, true]) for (const ignoreBOM of [false, true]) for (const bytes of inputs) {
        const decoder = new TextDecoder('utf-8', { fatal, ignoreBOM });
        show(bytes, () => JSON.stringify(decoder.decode(new Uint8Array(bytes))));
        show(bytes, () => JSON.stringify(bytes.map((byte) => decoder.decode(new Uint8Array([byte]), { stream: true })).join('|') + decoder.decode()));
      }
      const decoder = new TextDecoder();
      const shared = new Uint8Array(new SharedArrayBuffer(3)).fill(66);
      show('shared', () => [decoder.decode(shared), decoder.decode(shared.buffer), decoder.decode(new DataView(new ArrayBuffer(4), 1, 2)), decoder.decode(new Uint16Array([0x4141]))]);
      show('type', () => decoder.decode('x')); show('type', () => decoder.decode({}));
    `);
  });

  it('decodes the legacy encodings', () => {
    expectSame(`
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      const pairs = Uint8Array.from({ length: 200 }, (_, index) => (index % 2 ? 0xa1 + (index % 90) : 0xb0 + (index % 40)));
      for (const label of ['latin1', 'windows-1252', 'iso-8859-2', 'koi8-r', 'utf-16le', 'utf-16be', 'gbk', 'gb18030', 'big5', 'euc-jp', 'shift_jis', 'euc-kr', 'ucs-2', 'x-user-defined', 'nonsense', 'iso-8859-16'])
        for (const fatal of [false, true]) {
          show(label, () => JSON.stringify(new TextDecoder(label, { fatal }).decode(label === 'x' ? bytes : pairs)));
          show(label, () => { const decoder = new TextDecoder(label, { fatal }); return JSON.stringify(decoder.decode(pairs.subarray(0, 3), { stream: true }) + '|' + decoder.decode(pairs.subarray(3, 6))); });
        }
      for (const ignoreBOM of [false, true]) show('bom', () => JSON.stringify(new TextDecoder('utf-16le', { ignoreBOM }).decode(new Uint8Array([0xff, 0xfe, 65, 0]))));
      show('shared', () => new TextDecoder('utf-16le').decode(new Uint8Array(new SharedArrayBuffer(4)).fill(65)));
    `);
  });
});
