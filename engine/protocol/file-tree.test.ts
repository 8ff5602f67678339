import { describe, expect, it } from 'vitest';
import { formatFileSystem, openFileSystem } from '../fs/file-system.ts';
import type { SharedFileSystem } from '../fs/file-system.ts';
import { FileTreeError, parseTree, writeTree } from './file-tree.ts';

function emptyFiles(): SharedFileSystem {
  const memory = new SharedArrayBuffer(8 * 2 ** 20);
  formatFileSystem(memory);
  return openFileSystem(memory, { slot: 0 });
}

function treeOf(value: unknown) {
  return parseTree(new TextEncoder().encode(JSON.stringify(value)));
}

const X_OK = 1;

describe('writeTree', () => {
  it('makes files that begin with #! executable, and no others', () => {
    const files = emptyFiles();
    writeTree(files, '/', treeOf({ d: { 'cli.js': { f: { c: '#!/usr/bin/env node\n' } }, 'plain.js': { f: { c: '// #!\n' } } } }));
    expect(files.access('/cli.js', X_OK)).toBe(0);
    expect(files.access('/plain.js', X_OK)).toBe(-13);
  });

  it('makes a file executable that it replaces by a script', () => {
    const files = emptyFiles();
    files.writeFile('/cli.js', new Uint8Array(), 0o644);
    writeTree(files, '/', treeOf({ d: { 'cli.js': { f: { c: '#!/bin/sh\n' } } } }));
    expect(files.access('/cli.js', X_OK)).toBe(0);
  });

  it('merges folders and replaces links', () => {
    const files = emptyFiles();
    writeTree(files, '/', treeOf({ d: { a: { d: { one: { f: { c: '1' } } } }, link: { f: { l: 'a' } } } }));
    writeTree(files, '/', treeOf({ d: { a: { d: { two: { f: { c: '2' } } } }, link: { f: { l: 'a/two' } } } }));
    expect(files.readdir('/a')).toMatchObject([{ name: 'one' }, { name: 'two' }]);
    expect(files.readlink('/link')).toBe('a/two');
  });
});

describe('parseTree', () => {
  it('refuses folders that are nested too deeply to walk', () => {
    const nested = (depth: number) => new TextEncoder().encode('{"d":{"a":'.repeat(depth) + '{"d":{}}' + '}}'.repeat(depth));
    expect(parseTree(nested(2000))).toMatchObject({ kind: 'directory' });
    expect(() => parseTree(nested(100_000))).toThrow(FileTreeError);
  });
});
