import { describe, expect, it } from 'vitest';
import { Lru } from './lru.ts';

function filled(most: number, ...keys: readonly string[]): Lru<string> {
  const lru = new Lru<string>(most);
  for (const key of keys) lru.set(key, key.toUpperCase(), 1);
  return lru;
}

function kept(lru: Lru<string>, ...keys: readonly string[]): string {
  // In an order that does not depend on what is found: each get moves its key.
  return keys.filter((key) => lru.get(key) !== undefined).join('');
}

describe('Lru', () => {
  it('drops what was used longest ago', () => {
    const lru = filled(4, 'a', 'b', 'c', 'd');
    expect(lru.get('a')).toBe('A');
    lru.set('e', 'E', 1);
    expect(kept(lru, 'a', 'b', 'c', 'd', 'e')).toBe('acde');
  });

  it('remembers the order of what is asked for again and again', () => {
    const lru = filled(4, 'a', 'b', 'c', 'd');
    for (const key of ['d', 'd', 'a', 'a', 'b', 'a', 'a']) lru.get(key);
    lru.set('e', 'E', 1);
    lru.set('f', 'F', 1);
    expect(kept(lru, 'a', 'b', 'c', 'd', 'e', 'f')).toBe('abef');
  });

  it('puts what was deleted and set again at the end', () => {
    const lru = filled(4, 'a', 'b', 'c', 'd');
    lru.delete('d');
    lru.set('d', 'D', 1);
    lru.get('a');
    lru.get('d');
    lru.set('e', 'E', 1);
    expect(kept(lru, 'a', 'b', 'c', 'd', 'e')).toBe('acde');
  });

  it('counts bytes, and does not keep what would displace too much', () => {
    const lru = filled(4, 'a', 'b', 'c');
    lru.set('large', 'LARGE', 2);
    expect(lru.get('large')).toBeUndefined();
    lru.set('a', 'A', 1);
    lru.set('d', 'D', 1);
    expect(kept(lru, 'a', 'b', 'c', 'd')).toBe('abcd');
  });
});
