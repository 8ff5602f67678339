/** File attributes in WASI's layout, and the times that a program sets. */
import type { Environment } from '../environment.ts';
import { EINVAL, fail } from './errno.ts';
import type { LinearMemory } from './memory.ts';
import { fileTypeOf } from './rights.ts';

const NANOSECONDS = 1_000_000_000n;
const [SET_ACCESSED, ACCESSED_NOW, SET_MODIFIED, MODIFIED_NOW] = [1, 2, 4, 8] as const;

/** 64 bytes: dev, ino, filetype, nlink, size, atim, mtim, ctim. `stat`: the file system's 18 fields. */
export function writeFileStat({ view }: LinearMemory, at: number, stat: BigInt64Array): void {
  const field = (index: number): bigint => stat[index] ?? 0n;
  const time = (index: number): bigint => field(index) * NANOSECONDS + field(index + 1);
  view.setBigUint64(at, field(0), true);
  view.setBigUint64(at + 8, field(7), true);
  view.setUint8(at + 16, fileTypeOf(Number(field(1))));
  view.setBigUint64(at + 24, field(2), true);
  view.setBigUint64(at + 32, field(8), true);
  view.setBigUint64(at + 40, time(10), true);
  view.setBigUint64(at + 48, time(12), true);
  view.setBigUint64(at + 56, time(14), true);
}

/** @throws WasiError EINVAL a flag is unknown, or a time is both given and now */
export function requireTimeFlags(flags: number): void {
  const both = (one: number, other: number): boolean => (flags & one) !== 0 && (flags & other) !== 0;
  if ((flags & ~15) !== 0 || both(SET_ACCESSED, ACCESSED_NOW) || both(SET_MODIFIED, MODIFIED_NOW)) fail(EINVAL);
}

/** Access and modification time in whole seconds, as uvwasi sets them. `given` are nanoseconds. */
export function fileTimes(
  { host }: Environment,
  stat: BigInt64Array,
  givenAccessed: bigint,
  givenModified: bigint,
  flags: number,
): [accessed: number, modified: number] {
  const now = Math.floor((host.performance.timeOrigin + host.performance.now()) / 1000);
  const choose = (isNow: number, isGiven: number, given: bigint, old: number): number => {
    if ((flags & isNow) !== 0) return now;
    return (flags & isGiven) !== 0 ? Number(given / NANOSECONDS) : Number(stat[old] ?? 0n);
  };
  return [choose(ACCESSED_NOW, SET_ACCESSED, givenAccessed, 10), choose(MODIFIED_NOW, SET_MODIFIED, givenModified, 12)];
}
