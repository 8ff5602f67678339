import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programs } from '../programs.ts';
import { NativeMachine } from '../testing/native-system.ts';
import { stripControls } from './width.ts';

let directory = '';

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'session-'));
});

afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

/** Types keys at an interactive shell; `PS1` is plain so that the output can be read. */
function type(...keys: readonly string[]): { output: string; code: number } {
  const env = { HOME: directory, PATH: '/nonexistent', PS1: '% ', TERM: 'xterm-256color' };
  const result = new NativeMachine(new Map(Object.entries(programs))).runOnTerminal(['sh'], { cwd: directory, env, keys });
  return { output: stripControls(result.output).replaceAll('\r', ''), code: result.code };
}

function lines(output: string): string[] {
  return output.split('\n');
}

describe('an interactive shell', () => {
  it('runs what is typed and ends at Ctrl-D with the last status', () => {
    const { output, code } = type('echo $((6*7))\r', 'false\r', '\x04');
    expect(lines(output)).toContain('42');
    expect(code).toBe(1);
  });

  it('ends with the status that exit gives', () => {
    expect(type('exit 5\r').code).toBe(5);
  });

  it('edits with arrows, home, end and control keys', () => {
    expect(lines(type('cho b\x1b[He\x05\x1b[Da \r', '\x04').output)).toContain('a b');
    expect(lines(type('echo one two\x17three\x15echo yank \x19\r', '\x04').output)).toContain('yank echo one three');
    expect(lines(type('echo häß日\x7f\x7f!\r', '\x04').output)).toContain('hä!');
  });

  it('cancels a line with Ctrl-C', () => {
    const { output } = type('echo no\x03', 'echo $?\r', '\x04');
    expect(lines(output)).toContain('130');
    expect(lines(output)).not.toContain('no');
  });

  it('goes through the history, and searches it', () => {
    expect(lines(type('echo first\r', 'echo second\r', '\x1b[A\x1b[A 2\r', '\x04').output)).toContain('first 2');
    expect(lines(type('echo needle\r', 'echo hay\r', '\x12need', '\r', '\x04').output).filter((line) => line === 'needle')).toHaveLength(2);
  });

  it('keeps the history for the next shell', () => {
    type('echo remembered\r', '\x04');
    expect(fs.readFileSync(path.join(directory, '.sh_history'), 'utf8')).toBe('echo remembered\n');
    expect(lines(type('\x1b[A\r', '\x04').output)).toContain('remembered');
  });

  it('asks for more until a command is complete', () => {
    const { output } = type('for i in 1 2; do\r', 'echo "n$i"\r', 'done\r', '\x04');
    expect(lines(output)).toEqual(expect.arrayContaining(['n1', 'n2']));
  });

  it('completes paths, commands, variables and npm scripts', () => {
    fs.writeFileSync(path.join(directory, 'a file.txt'), 'content\n');
    fs.mkdirSync(path.join(directory, 'folder'));
    fs.writeFileSync(path.join(directory, 'package.json'), '{"scripts":{"build:site":"x"}}');
    expect(lines(type('cat a\t\r', '\x04').output)).toContain('content');
    expect(lines(type('cd fo\t\r', 'echo ${PWD##*/}\r', '\x04').output)).toContain('folder');
    expect(lines(type('ech\t$HOM\t\r', '\x04').output)).toContain(directory);
    expect(type('npm run bu\t\r', '\x04').output).toContain('npm run build:site');
  });

  it('lists what a word can become', () => {
    fs.writeFileSync(path.join(directory, 'one-a'), '');
    fs.writeFileSync(path.join(directory, 'one-b'), '');
    expect(type('ls on\t\t\x15', '\x04').output).toContain('one-a  one-b');
  });

  it('inserts a paste of several lines as text and runs it as one command', () => {
    const { output } = type('\x1b[200~echo a\necho b\n\x1b[201~', '\r', '\x04');
    expect(lines(output)).toEqual(expect.arrayContaining(['a', 'b']));
  });

  it('expands braces and aliases, and says what it does not know', () => {
    const { output } = type("alias hi='echo hello'\r", 'hi {a,b}\r', 'nosuch\r', '\x04');
    expect(lines(output)).toEqual(expect.arrayContaining(['hello a b', 'sh: nosuch: command not found']));
  });
});
