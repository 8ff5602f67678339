import { parentPort, workerData } from 'node:worker_threads';
import { O_CREAT, O_RDWR } from './constants.ts';
import { openFileSystem } from './file-system.ts';

/*
 * Worker of the concurrency and kill tests: changes or reads the same small tree without end, or until STOP is set. What is written tells
 * whether it is whole: a file holds one byte value only and its size follows from it; a log consists of records of one byte value each.
 */

export interface StressData {
  readonly memory: SharedArrayBuffer;
  readonly slot: number;
  readonly incarnation: number;
  readonly seed: number;
  readonly role: 'writer' | 'reader';
  /** STOP, then for each slot: operations done, inode held open. */
  readonly control: SharedArrayBuffer;
}

export const STOP = 0;
export const DONE = 1;
export const HELD = 2;
export const CONTROL_WORDS = 2;
export const RECORD = 64;
export const FILES = 12;
export const DIRECTORIES = ['/one', '/two', '/two/deep'] as const;

export function sizeFor(value: number): number {
  return 100 + ((value * 7919) % 9000);
}

export function isWhole(data: Uint8Array): boolean {
  const first = data[0];
  return first !== undefined && data.length === sizeFor(first) && data.every((byte) => byte === first);
}

if (parentPort !== null) run(workerData as StressData);

function run({ memory, slot, incarnation, seed, role, control }: StressData): void {
  const fs = openFileSystem(memory, { slot, incarnation });
  const words = new Int32Array(control);
  const done = slot * CONTROL_WORDS + DONE;
  const held = slot * CONTROL_WORDS + HELD;
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
  const directory = (): string => DIRECTORIES[random(DIRECTORIES.length)] ?? '/one';
  const file = (): string => `${directory()}/file-${random(FILES)}`;
  const content = (): Uint8Array => {
    const value = 1 + random(255);
    return new Uint8Array(sizeFor(value)).fill(value);
  };

  const write = (): void => {
    switch (random(10)) {
      case 0:
        return void fs.unlink(file());
      case 1:
      case 2:
        return void fs.rename(file(), file());
      case 3:
        return void fs.link(file(), file());
      case 4: {
        const path = `${directory()}/dir-${random(4)}`;
        return void (random(2) === 0 ? fs.mkdir(path, 0o755) : fs.rmdir(path));
      }
      case 5:
        // The token is under one of two names at any moment.
        return void (random(2) === 0 ? fs.rename('/token/a', '/token/b') : fs.rename('/token/b', '/token/a'));
      case 6: {
        const ino = fs.open(file(), O_CREAT | O_RDWR, 0o644);
        if (ino < 0) return;
        Atomics.store(words, held, ino);
        // May be unlinked by others from here on.
        fs.read(ino, new Uint8Array(sizeFor(7)), 0);
        Atomics.store(words, held, 0);
        return void fs.release(ino);
      }
      case 7:
        return appendRecord();
      default:
        return void fs.writeFile(file(), content());
    }
  };

  const appendRecord = (): void => {
    const ino = fs.open('/log', O_RDWR, 0);
    if (ino < 0) return;
    Atomics.store(words, held, ino);
    if (fs.size(ino) > 500_000) fs.truncate(ino, 0);
    fs.write(ino, new Uint8Array(RECORD).fill(1 + random(255)), 0, true);
    Atomics.store(words, held, 0);
    fs.release(ino);
  };

  const read = (): void => {
    const path = file();
    const data = fs.readFile(path);
    // An open with O_CREAT makes an empty file for a moment, as everywhere.
    if (typeof data !== 'number' && data.length > 0 && !isWhole(data))
      throw new Error(`${path} is torn: ${data.length} bytes beginning with ${data[0]}`);
    const tokens = fs.readdir('/token');
    if (typeof tokens === 'number' || tokens.length !== 1) throw new Error(`/token holds ${JSON.stringify(tokens)}`);
    const log = fs.readFile('/log');
    if (typeof log === 'number' || log.length % RECORD !== 0)
      throw new Error(`/log is torn: ${typeof log === 'number' ? log : log.length}`);
    for (let i = 0; i < log.length; i++) if (log[i] !== log[i - (i % RECORD)]) throw new Error(`/log is torn at ${i}`);
    if (fs.kind('/always') !== 0) throw new Error('/always is gone');
  };

  while (Atomics.load(words, STOP) === 0) {
    if (role === 'writer') write();
    else read();
    Atomics.add(words, done, 1);
  }
}
