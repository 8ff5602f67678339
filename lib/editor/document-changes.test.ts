import { describe, expect, it } from 'vitest';
import { documentChange } from './document-changes.ts';

describe('documentChange', () => {
  it.each([
    ['', 'abc'],
    ['abc', ''],
    ['hello world', 'hello brave world'],
    ['aaaa', 'aa'],
    ['one\ntwo\nthree', 'one\n2\nthree'],
    ['abab', 'ab'],
  ])('turns %j into %j with one replacement', (before, after) => {
    const change = documentChange(before, after);
    expect(change).not.toBeNull();
    if (change) expect(before.slice(0, change.from) + change.insert + before.slice(change.to)).toBe(after);
  });
  it('leaves the equal ends alone', () => {
    expect(documentChange('hello world', 'hello brave world')).toEqual({ from: 6, to: 6, insert: 'brave ' });
    expect(documentChange('same', 'same')).toBeNull();
  });
});
