import { describe, expect, it } from 'vitest';
import { BOOLEAN, context, der, DerError, DerReader, integer, octetString, oid, readOid, sequence } from './der.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

describe('DER', () => {
  it('writes integers with the sign bit clear and without needless zeros', () => {
    expect([0, 1, 127, 128, 255, 256].map((value) => hex(integer(value)))).toEqual([
      '020100',
      '020101',
      '02017f',
      '02020080',
      '020200ff',
      '02020100',
    ]);
  });

  it('writes lengths in the short and the long form', () => {
    expect(hex(der(4, new Uint8Array(127))).slice(0, 4)).toBe('047f');
    expect(hex(der(4, new Uint8Array(128))).slice(0, 6)).toBe('048180');
    expect(hex(der(4, new Uint8Array(65536))).slice(0, 10)).toBe('0483010000');
  });

  it('reads back what it wrote', () => {
    const reader = DerReader.sequence(sequence(integer(1n << 300n), oid('2.16.840.1.101.3.4.2.1'), octetString(Uint8Array.of(1, 2))));
    expect(reader.integer()).toBe(1n << 300n);
    expect(reader.oid()).toBe('2.16.840.1.101.3.4.2.1');
    expect(reader.octets()).toEqual(Uint8Array.of(1, 2));
    expect(reader.done).toBe(true);
  });

  it('reads integers below zero', () => {
    expect(new DerReader(bytes('0201ff')).integer()).toBe(-1n);
    expect(new DerReader(bytes('0202ff00')).integer()).toBe(-256n);
  });

  it.each(['1.2.840.113549.1.1.1', '0.9.2342.19200300.100.1.1', '2.999.1', '1.3.6.1.4.1.311.20.2.3'])('keeps the identifier %s', (text) => {
    expect(readOid(new DerReader(oid(text)).read().content)).toBe(text);
  });

  it('takes an optional element only when it has the tag', () => {
    const reader = new DerReader(der(context(1), integer(5)));
    expect(reader.optional(BOOLEAN)).toBeUndefined();
    expect(reader.optional(context(1))?.content).toEqual(integer(5));
  });

  it.each([
    ['', 'too small'],
    ['04', 'bad object header'],
    ['0405ffff', 'too long'],
    ['0480', 'bad object header'],
    ['0500', 'wrong tag'],
  ])('says of %j what is wrong', (text, problem) => {
    let error: unknown;
    try {
      new DerReader(bytes(text)).octets();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(DerError);
    expect((error as DerError).problem).toBe(problem);
  });

  it('says when an element is missing behind others', () => {
    const reader = new DerReader(integer(1));
    reader.integer();
    expect(() => reader.integer()).toThrow('field missing');
  });
});
