import { describe, expect, it } from 'vitest';
import { LineBuffer } from './line-buffer.ts';

function bufferWith(text: string): LineBuffer {
  const buffer = new LineBuffer();
  buffer.set(text);
  return buffer;
}

function apply(buffer: LineBuffer, ...names: readonly string[]): string {
  for (const name of names) if (!buffer.move(name) && !buffer.edit(name)) throw new Error(`no such key: ${name}`);
  return `${buffer.beforeCursor}|${buffer.afterCursor}`;
}

describe('LineBuffer', () => {
  it('inserts at the cursor', () => {
    const buffer = bufferWith('ac');
    apply(buffer, 'left');
    buffer.insert('b');
    expect(apply(buffer)).toBe('ab|c');
  });

  it('moves by characters and words, and stops at the ends', () => {
    const buffer = bufferWith('one two-three');
    expect(apply(buffer, 'word-left')).toBe('one two-|three');
    expect(apply(buffer, 'word-left', 'word-left')).toBe('|one two-three');
    expect(apply(buffer, 'left')).toBe('|one two-three');
    expect(apply(buffer, 'word-right', 'right')).toBe('one |two-three');
    expect(apply(buffer, 'end', 'right')).toBe('one two-three|');
  });

  it('kills and yanks', () => {
    const buffer = bufferWith('echo one two');
    expect(apply(buffer, 'backspace-blank-word', 'home', 'yank')).toBe('two|echo one ');
    expect(apply(buffer, 'kill-right')).toBe('two|');
    expect(apply(buffer, 'kill-left', 'yank')).toBe('two|');
    expect(apply(bufferWith('a b'), 'home', 'delete-word', 'end', 'yank')).toBe(' ba|');
  });

  it('tells words that blanks end from words of letters', () => {
    expect(apply(bufferWith('ls src/lib'), 'backspace-word')).toBe('ls src/|');
    expect(apply(bufferWith('ls src/lib'), 'backspace-blank-word')).toBe('ls |');
  });

  it('swaps the characters around the cursor', () => {
    expect(apply(bufferWith('abc'), 'transpose')).toBe('acb|');
    expect(apply(bufferWith('abc'), 'home', 'right', 'transpose')).toBe('ba|c');
    expect(apply(bufferWith('a'), 'transpose')).toBe('a|');
  });

  it('treats a character with its combining marks as one', () => {
    expect(apply(bufferWith('ae\u0301'), 'backspace')).toBe('a|');
    expect(apply(bufferWith('x👍'), 'left')).toBe('x|👍');
    const buffer = bufferWith('e');
    buffer.insert('\u0301');
    expect(apply(buffer, 'left')).toBe('|e\u0301');
  });

  it('knows no other keys', () => {
    expect(bufferWith('').edit('unknown')).toBe(false);
    expect(bufferWith('').move('unknown')).toBe(false);
  });
});
