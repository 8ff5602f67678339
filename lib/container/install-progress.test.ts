import { describe, expect, it } from 'vitest';
import { createProgressFilter, type InstallProgress } from './install-progress.ts';

function filter(): { seen: InstallProgress[]; push: (chunk: string) => string; end: () => string } {
  const seen: InstallProgress[] = [];
  return { seen, ...createProgressFilter((progress) => seen.push(progress)) };
}
const sequence = (value: unknown): string => `\u001b]7337;${JSON.stringify(value)}\u0007`;

describe('createProgressFilter', () => {
  it('takes the sequences out and reports them', () => {
    const { seen, push } = filter();
    expect(push(`before${sequence({ phase: 'fetch', done: 3, total: 10, bytes: 99, name: 'ws' })}after`)).toBe('beforeafter');
    expect(seen).toEqual([{ phase: 'fetch', done: 3, total: 10, bytes: 99, name: 'ws' }]);
  });
  it('survives any chunking', () => {
    const text = `a${sequence({ phase: 'fetch', done: 1, total: 2, bytes: 0, name: null })}b\u001b[31mred\u001b[0m${sequence({ done: 2, total: 2 })}c`;
    for (let size = 1; size < text.length; size += 1) {
      const { seen, push, end } = filter();
      let output = '';
      for (let at = 0; at < text.length; at += size) output += push(text.slice(at, at + size));
      expect(output + end()).toBe('ab\u001b[31mred\u001b[0mc');
      expect(seen.map(({ done }) => done)).toEqual([1, 2]);
    }
  });
  it('makes sound numbers of unsound ones and drops what is no JSON', () => {
    const { seen, push } = filter();
    push(sequence({ done: -1, total: 'many', bytes: 1.9 }));
    push('\u001b]7337;nonsense\u0007');
    expect(seen).toEqual([{ phase: 'install', done: 0, total: 0, bytes: 1, name: null }]);
  });
  it('does not hold output back for ever', () => {
    const { push } = filter();
    expect(push(`\u001b]7337;${'x'.repeat(5000)}`)).toContain('xxxx');
  });
});
