import { describe, expect, it } from 'vitest';
import { parseBase } from '../origins.ts';
import { removeForeignCookies } from './foreign-cookies.ts';

const base = parseBase('https://ide.example.com');
const filler = (bytes: number) => 'x'.repeat(bytes);

describe('removeForeignCookies', () => {
  it('leaves a few cookies of others alone', () => {
    const nothing = { setCookie: [], clearSiteData: undefined };
    expect(removeForeignCookies(null, base)).toEqual(nothing);
    expect(removeForeignCookies('jampot-theme=dark; session=1', base)).toEqual(nothing);
    expect(removeForeignCookies(`jampot-layout=${filler(5000)}; session=1`, base)).toEqual(nothing);
  });

  it('expires the cookies of others, set for the host or its domain, and keeps its own', () => {
    expect(removeForeignCookies(`jampot-theme=dark; bomb=${filler(5000)}`, base)).toEqual({
      setCookie: ['bomb=; Path=/; Max-Age=0', 'bomb=; Path=/; Domain=ide.example.com; Max-Age=0'],
      clearSiteData: undefined,
    });
  });

  it('expires a second cookie of an own name for the domain only', () => {
    expect(removeForeignCookies(`jampot-layout={}; jampot-layout=${filler(5000)}`, base).setCookie).toEqual([
      'jampot-layout=; Path=/; Domain=ide.example.com; Max-Age=0',
    ]);
  });

  it('clears all cookies at a flood and names no more than fifty', () => {
    const flood = Array.from({ length: 180 }, (_, index) => `b${index}=${filler(4000)}`).join('; ');
    const { setCookie, clearSiteData } = removeForeignCookies(flood, base);
    expect(clearSiteData).toBe('"cookies"');
    expect(setCookie).toHaveLength(100);
  });

  it('writes no header from a name that is no token', () => {
    const { setCookie } = removeForeignCookies(`a b=${filler(4500)}; \u00e9=1; ok=1`, base);
    expect(setCookie).toEqual(['ok=; Path=/; Max-Age=0', 'ok=; Path=/; Domain=ide.example.com; Max-Age=0']);
  });
});
