import { describe, expect, it } from 'vitest';
import { CookieJar } from './cookie-jar.ts';

describe('CookieJar', () => {
  it('gives cookies back, longer paths first', () => {
    const jar = new CookieJar();
    jar.set('a=1; Path=/', '/');
    jar.set('b=2; Path=/deep', '/');
    jar.set('a=3; Path=/deep', '/');
    expect(jar.header('/')).toBe('a=1');
    expect(jar.header('/deep/x?y')).toBe('b=2; a=3; a=1');
    expect(jar.header('/deeper')).toBe('a=1');
  });

  it('takes the folder of the request where no path is given', () => {
    const jar = new CookieJar();
    jar.set('a=1', '/shop/cart?x=/y/');
    jar.set('b=2; Path=relative', '/shop/cart');
    expect([jar.header('/shop'), jar.header('/shop/other'), jar.header('/')]).toEqual(['a=1; b=2', 'a=1; b=2', '']);
  });

  it('hides HttpOnly cookies from scripts, which cannot change them either', () => {
    const jar = new CookieJar();
    expect(jar.set('id=secret; HttpOnly', '/')).toBe(true);
    expect(jar.set('id=stolen', '/', true)).toBe(false);
    expect(jar.set('other=1; HttpOnly', '/', true)).toBe(false);
    expect(jar.visible('/')).toBe('');
    expect(jar.header('/')).toBe('id=secret');
  });

  it('forgets cookies when their time is over, Max-Age before Expires', () => {
    let now = 1_000_000;
    const jar = new CookieJar(() => now);
    jar.set('short=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT', '/');
    jar.set(`dated=1; Expires=${new Date(1_020_000).toUTCString()}`, '/');
    expect(jar.header('/')).toBe('short=1; dated=1');
    now += 10_000;
    expect(jar.header('/')).toBe('dated=1');
    expect(jar.set('dated=; Max-Age=0', '/')).toBe(true);
    expect(jar.header('/')).toBe('');
    expect(jar.set('dated=; Max-Age=0', '/')).toBe(false);
  });

  it('keeps values as they are, and pairs without a name', () => {
    const jar = new CookieJar();
    jar.set('a="x=y"', '/');
    jar.set('bare', '/');
    expect(jar.header('/')).toBe('a="x=y"; bare');
  });

  it('refuses nothing and control characters', () => {
    const jar = new CookieJar();
    expect([jar.set('', '/'), jar.set('=', '/'), jar.set('a=b\r\nX: y', '/')]).toEqual([false, false, false]);
    expect(jar.header('/')).toBe('');
  });

  it('drops the oldest of too many', () => {
    const jar = new CookieJar();
    for (let i = 0; i < 301; i++) jar.set(`c${i}=1`, '/');
    expect(jar.header('/').split('; ')).toHaveLength(300);
    expect(jar.header('/').startsWith('c1=1')).toBe(true);
  });
});
