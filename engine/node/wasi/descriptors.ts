/** The table of descriptors that one WASI instance sees (uvwasi's src/fd_table.c): numbers of its own over the process's. */
import type { System } from '../../system/types.ts';
import { EBADF, EINVAL, ENOTCAPABLE, ENOTDIR, check, fail } from './errno.ts';
import { normalizePath } from './paths.ts';
import { DIRECTORY_RIGHTS, FILE_TYPE, fileTypeOf, rightsOf } from './rights.ts';

const STAT_FIELDS = 18;
const STAT_MODE = 1;
const O_RDWR = 2;
const O_RDONLY = 0;

export interface Descriptor {
  /** The process's descriptor. */
  readonly fd: number;
  /** Path as the program knows it. */
  readonly path: string;
  readonly realPath: string;
  /** `path` without `.`, `..` and repeated slashes. */
  readonly normalizedPath: string;
  readonly type: number;
  readonly isPreopen: boolean;
  base: bigint;
  inheriting: bigint;
}

/** WASI's file type of an open descriptor of the process. @throws WasiError */
export function openFileType(system: System, fd: number): number {
  const stat = new Float64Array(STAT_FIELDS);
  check(system.stat(fd, stat));
  return fileTypeOf(stat[STAT_MODE] ?? 0);
}

export class DescriptorTable {
  readonly #system: System;
  readonly #entries: (Descriptor | undefined)[] = [];

  /** @throws WasiError a descriptor is not open, a preopened path is missing or no directory */
  constructor(system: System, stdio: readonly number[], preopens: readonly (readonly [mapped: string, real: string])[]) {
    this.#system = system;
    for (const [index, fd] of stdio.entries()) {
      const type = openFileType(system, fd);
      if (type === FILE_TYPE.UNKNOWN) fail(EINVAL);
      const { base, inheriting } = rightsOf(type, system.isTerminal(fd), O_RDWR);
      const path = ['<stdin>', '<stdout>', '<stderr>'][index] ?? '';
      this.insert({ fd, path, realPath: path, normalizedPath: path, type, isPreopen: false, base, inheriting });
    }
    for (const [mapped, real] of preopens) {
      const realPath = system.files.realpath(system.resolve(real));
      if (typeof realPath === 'number') check(realPath);
      const path = String(realPath);
      const fd = check(system.open(path, O_RDONLY, 0o666));
      if (openFileType(system, fd) !== FILE_TYPE.DIRECTORY) {
        system.close(fd);
        fail(ENOTDIR);
      }
      const entry = { fd, path: mapped, realPath: path, normalizedPath: normalizePath(mapped), type: FILE_TYPE.DIRECTORY };
      this.insert({ ...entry, isPreopen: true, ...DIRECTORY_RIGHTS });
    }
  }

  /** The lowest free number. */
  insert(descriptor: Descriptor): number {
    const free = this.#entries.indexOf(undefined);
    const id = free < 0 ? this.#entries.length : free;
    this.#entries[id] = descriptor;
    return id;
  }

  /** @throws WasiError EBADF there is none, ENOTCAPABLE it lacks a right */
  get(id: number, base = 0n, inheriting = 0n): Descriptor {
    const entry = this.#entries[id];
    if (entry === undefined) return fail(EBADF);
    if ((~entry.base & base) !== 0n || (~entry.inheriting & inheriting) !== 0n) fail(ENOTCAPABLE);
    return entry;
  }

  /** @throws WasiError */
  close(id: number): void {
    check(this.#system.close(this.get(id).fd));
    this.#entries[id] = undefined;
  }

  /** Closes `to` and gives its number to `from`. @throws WasiError */
  renumber(from: number, to: number): void {
    if (from === to) return;
    const moved = this.get(from);
    this.close(to);
    this.#entries[to] = moved;
    this.#entries[from] = undefined;
  }
}
