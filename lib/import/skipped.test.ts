import { describe, expect, it } from 'vitest';
import { keepSkipped, takeSkipped } from './skipped.ts';

function memory(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

describe('takeSkipped', () => {
  it('hands over what was kept for the project, once', () => {
    const storage = memory();
    const skipped = [{ path: '../x', reason: 'The path leaves the project.' }];
    keepSkipped('a', skipped, storage);
    keepSkipped('b', [], storage);
    expect(takeSkipped('b', storage)).toEqual([]);
    expect(takeSkipped('a', storage)).toEqual(skipped);
    expect(takeSkipped('a', storage)).toEqual([]);
  });
});
