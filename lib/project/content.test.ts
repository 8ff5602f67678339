import { describe, expect, it } from 'vitest';
import { bytesOf, byteLength, contentFromBytes, sameContent } from './content.ts';

describe('contentFromBytes', () => {
  it('takes UTF-8 as text and gives the same bytes back', () => {
    const bytes = new TextEncoder().encode('\ufeffGrüße 🍓\r\n');
    const content = contentFromBytes(bytes);
    expect(typeof content).toBe('string');
    expect(bytesOf(content)).toEqual(bytes);
    expect(byteLength(content)).toBe(bytes.length);
  });
  it.each([[new Uint8Array([0x89, 0x50, 0x4e, 0x47])], [new Uint8Array([97, 0, 98])], [new Uint8Array([0xc3])]])(
    'keeps %j as bytes',
    (bytes) => {
      expect(contentFromBytes(bytes)).toBe(bytes);
    },
  );
});

describe('sameContent', () => {
  it('compares bytes by value', () => {
    expect(sameContent(new Uint8Array([1, 2]), new Uint8Array([1, 2]))).toBe(true);
    expect(sameContent(new Uint8Array([1, 2]), new Uint8Array([1, 3]))).toBe(false);
    expect(sameContent('a', new Uint8Array([97]))).toBe(false);
    expect(sameContent(undefined, '')).toBe(false);
  });
});
