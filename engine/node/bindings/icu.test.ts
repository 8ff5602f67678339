import { describe, expect, it, vi } from 'vitest';
import { runNative, runOnBindings } from '../testing/native.ts';

// Each comparison starts two processes.
vi.setConfig({ testTimeout: 60_000 });

function expectSame(script: string): void {
  const native = runNative(script);
  expect(native.stdout).not.toBe('');
  expect(runOnBindings(['icu'], script)).toEqual(native);
}

describe('icu.getStringWidth', () => {
  it('equals native for every code point and for joined emoji', () => {
    expectSame(`
      const { getStringWidth } = binding('icu');
      const { createHash } = require('crypto');
      for (let block = 0; block < 0x110000; block += 0x1000) {
        const widths = [];
        for (let point = block; point < block + 0x1000; point++) { const text = String.fromCodePoint(point); widths.push(getStringWidth(text), getStringWidth(text, true)); }
        console.log(block.toString(16), createHash('sha1').update(widths.join('')).digest('hex'));
      }
      for (const text of ['', 'plain', '👨‍👩‍👧', 'a\\u200d😀', '🇩🇪', 'e\\u0301', '⚠️', '中文 text', '👍🏽']) for (const expand of [undefined, true, false]) console.log(text, getStringWidth(text, false, expand));
    `);
  });
});

describe('icu.transcode', () => {
  it('converts as native does', () => {
    expectSame(`
      const { transcode } = binding('icu');
      const sources = ['', 'a', 'ä', '€', '😀', 'aäöü€😀z'];
      for (const from of ['ascii', 'latin1', 'binary', 'ucs2', 'utf16le', 'utf8', 'hex'])
        for (const to of ['ascii', 'latin1', 'binary', 'ucs2', 'utf16le', 'utf8', 'base64'])
          for (const text of sources) if (text !== '') console.log(from, to, text, transcode(Buffer.from(text, from === 'hex' ? 'utf8' : from), from, to));
      console.log(transcode(Buffer.from([0xff, 0x61]), 'utf8', 'ucs2'), transcode(Buffer.from([0xff, 0x61]), 'utf8', 'latin1'), transcode(Buffer.from([0xff, 0x61]), 'utf8', 'ascii'), transcode(Buffer.from([0xff, 0x61]), 'ascii', 'utf8'));
    `);
  });
});

describe('icu names', () => {
  it("are native's", () => {
    expectSame(`
      const { icuErrName, hasConverter } = binding('icu');
      for (let code = -2; code <= 16; code++) if (code >= 0) console.log(icuErrName(code));
      console.log(icuErrName(9999), ['utf-8', 'latin1', 'shift_jis', 'gb18030', 'big5', 'euc-kr', 'nonsense', 'utf-16le', 'utf-16be', 'iso-2022-jp', 'x-user-defined', 'euc-jp', 'gbk', 'windows-1252'].map((name) => hasConverter(name)).join());
    `);
  });
});
