import { describe, expect, it } from 'vitest';
import { openCursors } from './cursors.ts';

function memory(initial?: string): Pick<Storage, 'getItem' | 'setItem'> {
  const values = new Map(initial === undefined ? [] : [['jampot-cursors-p', initial]]);
  return { getItem: (key) => values.get(key) ?? null, setItem: (key, value) => void values.set(key, value) };
}

describe('openCursors', () => {
  it('remembers offsets', () => {
    const storage = memory();
    openCursors('p', storage).set('a.md', 12);
    expect(openCursors('p', storage).of('a.md')).toBe(12);
    expect(openCursors('p', storage).of('b.md')).toBe(0);
  });
  it('keeps the newest hundred', () => {
    const storage = memory();
    const cursors = openCursors('p', storage);
    for (let index = 0; index < 120; index += 1) cursors.set(`${index}`, 1);
    expect(openCursors('p', storage).of('19')).toBe(0);
    expect(openCursors('p', storage).of('20')).toBe(1);
  });
  it.each(['not json', '{}', '[["a",-1],["b","x"],7]'])('survives %s', (text) => {
    expect(openCursors('p', memory(text)).of('a')).toBe(0);
  });
});
