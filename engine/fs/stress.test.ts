/* oxlint-disable vitest/no-standalone-expect -- the scene's methods run inside the tests */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  breakLock,
  checkFileSystem,
  formatFileSystem,
  lockForKill,
  lockOwner,
  openFileSystem,
  repairFileSystem,
  requestKill,
  type SharedFileSystem,
  unlockAfterKill,
} from './file-system.ts';
import { MemoryStore } from './memory-store.ts';
import { Persistence } from './persistence.ts';
import { CONTROL_WORDS, DIRECTORIES, DONE, HELD, isWhole, RECORD, STOP, type StressData } from './stress.ts';
import { describeTree } from './tree-text.ts';

const MINUTES = 60_000;
const directory = mkdtempSync(join(tmpdir(), 'jampot-stress-'));
const script = join(directory, 'stress.mjs');

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'stress.ts')],
    outfile: script,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  });
});
afterAll(() => rmSync(directory, { recursive: true }));

class Scene {
  readonly memory = new SharedArrayBuffer(16 * 1024 * 1024);
  readonly control = new SharedArrayBuffer(4096);
  readonly words = new Int32Array(this.control);
  readonly failures: unknown[] = [];
  readonly workers = new Map<number, Worker>();
  readonly incarnations = new Map<number, number>();

  constructor() {
    formatFileSystem(this.memory);
    const fs = openFileSystem(this.memory, { slot: 0 });
    for (const path of [...DIRECTORIES, '/token']) fs.mkdir(path, 0o755);
    for (const path of ['/token/a', '/log', '/always']) fs.writeFile(path, new Uint8Array(0));
  }

  start(slot: number, role: 'writer' | 'reader', seed: number): void {
    const incarnation = (this.incarnations.get(slot) ?? 0) + 1;
    this.incarnations.set(slot, incarnation);
    const data: StressData = { memory: this.memory, control: this.control, slot, incarnation, role, seed };
    const worker = new Worker(script, { workerData: data });
    worker.on('error', (error) => this.failures.push(error));
    this.workers.set(slot, worker);
  }

  done(slot: number): number {
    return Atomics.load(this.words, slot * CONTROL_WORDS + DONE);
  }

  /** Until the thread has done `more` operations; fails when it is dead or does not get on. */
  async progress(slot: number, more: number): Promise<void> {
    const goal = this.done(slot) + more;
    for (let waited = 0; this.done(slot) < goal; waited++) {
      expect(this.failures).toEqual([]);
      if (waited > 20_000) throw new Error(`thread ${slot} does not get on; the lock is held by ${lockOwner(this.memory)}`);
      await sleep(1);
    }
  }

  /** What the kernel does for a process that ends: closes what it had open. */
  releaseHeld(slot: number): void {
    const ino = Atomics.exchange(this.words, slot * CONTROL_WORDS + HELD, 0);
    if (ino !== 0) openFileSystem(this.memory, { slot: 0 }).release(ino);
  }

  async stop(): Promise<void> {
    const ended = [...this.workers.values()].map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    Atomics.store(this.words, STOP, 1);
    await Promise.all(ended);
    expect(this.failures).toEqual([]);
    expect(checkFileSystem(this.memory)).toEqual([]);
  }
}

/** Every file in a directory is whole or empty. */
function expectWhole(fs: SharedFileSystem, path: string): void {
  const entries = fs.readdir(path);
  if (typeof entries === 'number') throw new Error(`readdir ${path}: ${entries}`);
  for (const { name, type } of entries) {
    const data = type === 1 ? fs.readFile(`${path}/${name}`) : 0;
    if (typeof data !== 'number' && data.length > 0) expect(isWhole(data)).toBe(true);
  }
}

describe('SharedFileSystem among threads', () => {
  it('shows readers nothing torn while several threads write', { timeout: 2 * MINUTES }, async () => {
    const scene = new Scene();
    for (const slot of [1, 2, 3]) scene.start(slot, 'writer', slot);
    for (const slot of [4, 5]) scene.start(slot, 'reader', slot);
    for (const slot of [1, 2, 3]) await scene.progress(slot, 20_000);
    for (const slot of [4, 5]) await scene.progress(slot, 1000);
    await scene.stop();
    const fs = openFileSystem(scene.memory, { slot: 0 });
    for (const path of DIRECTORIES) expectWhole(fs, path);
    expect((fs.readFile('/log') as Uint8Array).length % RECORD).toBe(0);
  });

  it('can be kept in a store while threads write', { timeout: 2 * MINUTES }, async () => {
    const scene = new Scene();
    for (const slot of [1, 2]) scene.start(slot, 'writer', slot);
    const store = new MemoryStore();
    const persistence = new Persistence(openFileSystem(scene.memory, { slot: 0 }), { files: store.files });
    const restored = () => {
      const memory = new SharedArrayBuffer(scene.memory.byteLength);
      formatFileSystem(memory);
      const fs = openFileSystem(memory, { slot: 0 });
      new Persistence(fs, { files: store.at(store.total()).files }).restore();
      expect(checkFileSystem(memory)).toEqual([]);
      return fs;
    };
    for (let round = 0; round < 40; round++) {
      await scene.progress(1, 200);
      if (round % 5 === 0) persistence.compact();
      else persistence.sync();
      const fs = restored();
      expect((fs.readdir('/token') as unknown[]).length).toBe(1);
      for (const path of DIRECTORIES) expectWhole(fs, path);
    }
    await scene.stop();
    persistence.sync();
    expect(describeTree(restored(), '/')).toEqual(describeTree(openFileSystem(scene.memory, { slot: 0 }), '/'));
  });

  it('survives 200 safe kills in the middle of writing', { timeout: 4 * MINUTES }, async () => {
    const scene = new Scene();
    scene.start(1, 'writer', 1);
    scene.start(2, 'reader', 2);
    const slots = [3, 4];
    for (const slot of slots) scene.start(slot, 'writer', slot);
    for (let kill = 0; kill < 200; kill++) {
      const slot = slots[kill % slots.length] ?? 3;
      const victim = scene.workers.get(slot);
      if (victim === undefined) throw new Error(`no worker in slot ${slot}`);
      await scene.progress(slot, 1 + ((kill * 37) % 400));
      requestKill(scene.memory, slot, scene.incarnations.get(slot) ?? 1);
      expect(lockForKill(scene.memory, 0, 10_000)).toBe(0);
      await victim.terminate();
      unlockAfterKill(scene.memory);
      scene.releaseHeld(slot);
      expect(lockOwner(scene.memory)).not.toBe(slot);
      expect(checkFileSystem(scene.memory)).toEqual([]);
      await scene.progress(1, 1);
      scene.start(slot, 'writer', 1000 + kill);
    }
    for (const slot of [1, 2, 3, 4]) await scene.progress(slot, 10);
    await scene.stop();
  });

  it('can be repaired after a thread died as the owner of the lock', { timeout: 4 * MINUTES }, async () => {
    const scene = new Scene();
    let torn = 0;
    for (let kill = 0; kill < 60; kill++) {
      scene.start(3, 'writer', 5000 + kill);
      await scene.progress(3, 50 + ((kill * 53) % 400));
      await scene.workers.get(3)?.terminate();
      if (breakLock(scene.memory, 3, 0) === 'torn') {
        torn++;
        repairFileSystem(scene.memory);
        unlockAfterKill(scene.memory);
      }
      expect(checkFileSystem(scene.memory)).toEqual([]);
    }
    // Without the protocol most of them die in the middle: otherwise this tests nothing.
    expect(torn).toBeGreaterThan(0);
  });
});
