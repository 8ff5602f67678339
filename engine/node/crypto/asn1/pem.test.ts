import { describe, expect, it } from 'vitest';
import { hasBrokenPem, readPem, writePem } from './pem.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('PEM', () => {
  it('writes lines of 64 characters and reads them back', () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);
    const text = writePem('THING', bytes);
    expect(text.split('\n').map((line) => line.length)).toEqual([21, 64, 64, 8, 19, 0]);
    expect(readPem(encode(text))).toEqual([{ label: 'THING', headers: new Map(), bytes }]);
  });

  it('keeps headers', () => {
    const text = writePem('KEY', Uint8Array.of(1, 2, 3), [
      ['Proc-Type', '4,ENCRYPTED'],
      ['DEK-Info', 'AES-128-CBC,00'],
    ]);
    expect(readPem(encode(text))[0]?.headers).toEqual(
      new Map([
        ['Proc-Type', '4,ENCRYPTED'],
        ['DEK-Info', 'AES-128-CBC,00'],
      ]),
    );
  });

  it('finds blocks between other text, in any line ends', () => {
    const text = `text\r\n${writePem('A', Uint8Array.of(1)).replaceAll('\n', '\r\n')}more\n${writePem('B', Uint8Array.of(2))}`;
    expect(readPem(encode(text)).map(({ label, bytes }) => [label, ...bytes])).toEqual([
      ['A', 1],
      ['B', 2],
    ]);
  });

  it('skips what has no end or is no base64', () => {
    expect(readPem(encode('-----BEGIN A-----\nAAAA\n'))).toEqual([]);
    expect(readPem(encode('-----BEGIN A-----\n!!!!\n-----END A-----\n'))).toEqual([]);
    expect(hasBrokenPem(encode('-----BEGIN A-----\n!!!!\n-----END A-----\n'))).toBe(true);
    expect(hasBrokenPem(encode('nothing'))).toBe(false);
  });
});
