import { describe, expect, it } from 'vitest';
import { SIGNALS } from '../system/signals.ts';
import { LineDiscipline } from './line-discipline.ts';
import type { TerminalMode } from './line-discipline.ts';

/** Types text on a terminal and collects what comes of it. */
function type(text: string, mode: TerminalMode = 0) {
  const records: { text: string; isLine: boolean }[] = [];
  const signals: number[] = [];
  const echoed: number[] = [];
  const discipline = new LineDiscipline({
    echo: (bytes) => void echoed.push(...bytes),
    deliver: ({ bytes, isLine }) => void records.push({ text: new TextDecoder().decode(bytes), isLine }),
    signal: (signal) => void signals.push(signal),
  });
  discipline.setMode(mode);
  discipline.input(new TextEncoder().encode(text));
  return { records, signals, echo: new TextDecoder().decode(Uint8Array.from(echoed)), discipline };
}

describe('LineDiscipline in cooked mode', () => {
  it('gives a line when Enter is pressed, and echoes it', () => {
    const { records, echo } = type('ls -l\r');
    expect(records).toEqual([{ text: 'ls -l\n', isLine: true }]);
    expect(echo).toBe('ls -l\r\n');
  });

  it('keeps an unfinished line to itself', () => {
    expect(type('half').records).toEqual([]);
  });

  it('erases characters with DEL and Backspace, and stops at the start', () => {
    const { records, echo } = type('abc\x7f\x08\x7f\x7fd\r');
    expect(records).toEqual([{ text: 'd\n', isLine: true }]);
    expect(echo).toBe('abc\b \b\b \b\b \bd\r\n');
  });

  it('erases whole UTF-8 characters, wide ones with two columns', () => {
    const { records, echo } = type('é漢\x7f\x7fx\r');
    expect(records).toEqual([{ text: 'x\n', isLine: true }]);
    expect(echo).toBe('é漢\b \b\b \b\b \bx\r\n');
  });

  it('erases a word with Ctrl-W and the line with Ctrl-U', () => {
    expect(type('one two  \x17x\r').records).toEqual([{ text: 'one x\n', isLine: true }]);
    expect(type('one two\x15x\r').records).toEqual([{ text: 'x\n', isLine: true }]);
  });

  it('shows control characters as ^X and erases both columns', () => {
    const { records, echo } = type('\x01\x7fz\r');
    expect(records).toEqual([{ text: 'z\n', isLine: true }]);
    expect(echo).toBe('^A\b \b\b \bz\r\n');
  });

  it('takes the next key literally after Ctrl-V', () => {
    const { records, signals } = type('\x16\x03\r');
    expect(records).toEqual([{ text: '\x03\n', isLine: true }]);
    expect(signals).toEqual([]);
  });

  it('turns Ctrl-C, Ctrl-\\ and Ctrl-Z into signals and drops the line', () => {
    const { records, signals, echo } = type('abc\x03def\x1c\x1a\r');
    expect(signals).toEqual([SIGNALS.SIGINT, SIGNALS.SIGQUIT, SIGNALS.SIGTSTP]);
    expect(records).toEqual([{ text: '\n', isLine: true }]);
    expect(echo).toBe('abc^Cdef^\\^Z\r\n');
  });

  it('hands over what was typed on Ctrl-D, and an end of file on an empty line', () => {
    expect(type('abc\x04\x04').records).toEqual([
      { text: 'abc', isLine: true },
      { text: '', isLine: true },
    ]);
  });

  it('cuts a line at 4095 bytes', () => {
    const { records } = type(`${'x'.repeat(5000)}\r`);
    expect(records[0]?.text).toHaveLength(4095);
    expect(records[0]?.text.endsWith('x\n')).toBe(true);
  });

  it('turns newlines of programs into CR NL', () => {
    const { discipline } = type('');
    expect(new TextDecoder().decode(discipline.output(new TextEncoder().encode('a\nb\n')))).toBe('a\r\nb\r\n');
  });
});

describe('LineDiscipline in raw mode', () => {
  it('passes keys as they are, without echo or signals', () => {
    const { records, signals, echo } = type('a\x03\r\x04', 1);
    expect(records).toEqual([{ text: 'a\x03\r\x04', isLine: false }]);
    expect(signals).toEqual([]);
    expect(echo).toBe('');
  });

  it('still turns newlines into CR NL, which io mode does not', () => {
    const { discipline } = type('', 1);
    expect(discipline.output(Uint8Array.of(10))).toEqual(Uint8Array.of(13, 10));
    discipline.setMode(2);
    expect(discipline.output(Uint8Array.of(10))).toEqual(Uint8Array.of(10));
  });

  it('makes a half-typed line readable when it begins', () => {
    const { records, discipline } = type('half');
    discipline.setMode(1);
    expect(records).toEqual([{ text: 'half', isLine: false }]);
  });
});
