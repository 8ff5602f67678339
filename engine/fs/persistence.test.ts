import { describe, expect, it } from 'vitest';
import * as errno from './errno.ts';
import { checkFileSystem, formatFileSystem, openFileSystem, type SharedFileSystem } from './file-system.ts';
import { adoptTree, packTree } from './image.ts';
import { MemoryStore } from './memory-store.ts';
import { Persistence } from './persistence.ts';
import { PersistenceError } from './store-file.ts';
import { describeTree } from './tree-text.ts';

const bytes = (value: string) => new TextEncoder().encode(value);
const exclude = (path: string) => path === '/tmp' || path === '/dev';
const size = 8 * 1024 * 1024;

function create(): { memory: SharedArrayBuffer; fs: SharedFileSystem } {
  const memory = new SharedArrayBuffer(size);
  formatFileSystem(memory);
  return { memory, fs: openFileSystem(memory, { slot: 0 }) };
}

function restored(store: MemoryStore): {
  fs: SharedFileSystem;
  tree: string[];
  droppedBytes: number;
  inodes: number;
  persistence: Persistence;
} {
  const { memory, fs } = create();
  const persistence = new Persistence(fs, { files: store.files, exclude });
  const result = persistence.restore();
  expect(checkFileSystem(memory)).toEqual([]);
  return { fs, tree: describeTree(fs, '/', exclude), persistence, ...result };
}

describe('Persistence', () => {
  it('finds nothing in an empty store', () => {
    expect(restored(new MemoryStore())).toMatchObject({ inodes: 0, droppedBytes: 0 });
  });

  it('brings back what was synced, run after run', () => {
    const store = new MemoryStore();
    let { fs, persistence } = restored(store);
    for (let run = 0; run < 5; run++) {
      fs.mkdir(`/home${run}`, 0o755);
      for (let i = 0; i < 20; i++) {
        fs.writeFile(`/home${run}/${i}`, bytes(`${run}`.repeat(i * 300)));
        if (i % 5 === 0) persistence.sync();
      }
      if (run > 0) {
        fs.rename(`/home${run - 1}/3`, `/home${run}/moved`);
        fs.unlink(`/home${run - 1}/4`);
        fs.link(`/home${run - 1}/5`, `/home${run}/linked`);
        fs.chmod(`/home${run - 1}`, 0o700);
        fs.symlink('x', `/home${run}/link`);
      }
      expect(persistence.sync()).toBeGreaterThan(0);
      expect(persistence.sync()).toBe(0);
      const expected = describeTree(fs, '/', exclude);
      const next = restored(store);
      expect(next.droppedBytes).toBe(0);
      expect(next.tree).toEqual(expected);
      if (run === 2) next.persistence.compact();
      ({ fs, persistence } = next);
    }
  });

  it('keeps only what is not excluded, also when it moves in and out', () => {
    const store = new MemoryStore();
    const { fs, persistence } = restored(store);
    for (const dir of ['/tmp', '/home', '/home/d', '/tmp/t']) fs.mkdir(dir, 0o755);
    for (const path of ['/tmp/x', '/home/d/y', '/tmp/t/z']) fs.writeFile(path, bytes(path));
    const check = () => {
      persistence.sync();
      expect(restored(store).tree).toEqual(describeTree(fs, '/', exclude));
    };
    check();
    fs.rename('/home/d', '/tmp/d');
    check();
    fs.writeFile('/tmp/d/y', bytes('changed outside'));
    check();
    fs.rename('/tmp/d', '/home/back');
    fs.rename('/tmp/t', '/home/t');
    check();
    expect(restored(store).fs.lookup('/tmp')).toBe(errno.ENOENT);
  });

  it('sees adopted trees and goes on when the change log has come round', () => {
    const store = new MemoryStore();
    const { fs, persistence } = restored(store);
    fs.mkdir('/a', 0o755);
    fs.mkdir('/a/b', 0o755);
    for (let i = 0; i < 50; i++) fs.writeFile(`/a/b/${i}`, bytes(`${i}`));
    persistence.sync();
    const image = packTree(fs, '/a') as Uint8Array[];
    adoptTree(fs, '/adopted', new Uint8Array(Buffer.concat(image)));
    persistence.sync();
    expect(restored(store).tree).toEqual(describeTree(fs, '/', exclude));
    const since = fs.changeSequence();
    for (let i = 0; i < 3000; i++) {
      fs.writeFile(`/a/${i % 100}`, bytes(`${i}`));
      if (i % 3 === 0) fs.unlink(`/a/${(i * 7) % 100}`);
      if (i % 50 === 0) fs.unlink(`/a/b/${i / 50}`);
    }
    expect(fs.changesSince(since)).toBeNull();
    persistence.sync();
    expect(restored(store).tree).toEqual(describeTree(fs, '/', exclude));
  });

  it('writes everything anew when the log outgrows the image', () => {
    const store = new MemoryStore();
    const { fs, persistence } = restored(store);
    let most = 0;
    for (let i = 0; i < 60; i++) {
      fs.writeFile('/big', new Uint8Array(500_000).fill(i));
      persistence.sync();
      most = Math.max(most, store.contents[0].length + store.contents[1].length);
    }
    expect(most).toBeLessThan(12e6);
    expect(restored(store).tree).toEqual(describeTree(fs, '/', exclude));
  });

  it('restores a state that existed, wherever the last write was cut', { timeout: 120_000 }, () => {
    const store = new MemoryStore();
    const { fs, persistence } = restored(store);
    const states = new Map<string, number>([[describeTree(fs, '/', exclude).join('\n'), 0]]);
    const ends: number[] = [0];
    const sync = () => {
      persistence.sync();
      states.set(describeTree(fs, '/', exclude).join('\n'), ends.length);
      ends.push(store.total());
    };
    fs.mkdir('/d', 0o755);
    for (let i = 0; i < 12; i++) {
      for (let k = 0; k < 5; k++) fs.writeFile(`/d/file${(i * 3 + k) % 9}`, bytes(`${i} `.repeat(400 * k)));
      fs.rename('/d/file3', `/moved${i}`);
      if (i % 2 === 1) fs.unlink(`/moved${i - 1}`);
      if (i === 7) persistence.compact();
      sync();
    }
    const cuts = new Set<number>();
    let step = 0;
    for (const { bytes: written } of store.log) {
      step += written?.length ?? 1;
      for (const near of [-1, 0, 1]) cuts.add(Math.max(0, step + near));
    }
    for (let i = 0; i < 150; i++) cuts.add(Math.floor((i * store.total()) / 150 + ((i * 7919) % 97)));
    let dropped = 0;
    // The root of an empty store is younger than the one that was kept: only its times differ.
    const empty = (tree: string[]) => tree.length === 1;
    for (const cut of cuts) {
      if (cut > store.total()) continue;
      const result = restored(store.at(cut));
      dropped += result.droppedBytes > 0 ? 1 : 0;
      const done = ends.findLastIndex((end) => end <= cut);
      const state = empty(result.tree) ? 0 : states.get(result.tree.join('\n'));
      expect(state, `cut at ${cut} of ${store.total()}`).toBeDefined();
      expect(state).toBeGreaterThanOrEqual(done);
      // And it goes on from there.
      result.fs.writeFile('/after', bytes('after'));
      result.persistence.sync();
    }
    expect(dropped).toBeGreaterThan(0);
  });

  it('says so when the store is full, and tries again', () => {
    const store = new MemoryStore();
    const { fs, persistence } = restored(store);
    fs.writeFile('/a', bytes('a'));
    persistence.sync();
    const before = describeTree(fs, '/', exclude);
    store.capacity = 20_000;
    fs.writeFile('/b', new Uint8Array(50_000));
    expect(() => persistence.sync()).toThrow(PersistenceError);
    expect(() => persistence.compact()).toThrow(expect.objectContaining({ code: 'STORE_FULL' }));
    expect(restored(store).tree).toEqual(before);
    store.capacity = Infinity;
    fs.writeFile('/c', bytes('c'));
    persistence.sync();
    expect(restored(store).tree).toEqual(describeTree(fs, '/', exclude));
  });
});
