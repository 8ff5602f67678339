/** WASI's calls on paths, `path_*` (uvwasi's src/uvwasi.c): each relative to a descriptor and inside of it. */
import { decodeUtf8, encodeUtf8 } from '../text.ts';
import { openFileType, type Descriptor } from './descriptors.ts';
import { linuxFlags } from './descriptor-calls.ts';
import { ENOBUFS, ENOTDIR, EPERM, check, fail } from './errno.ts';
import { fileTimes, requireTimeFlags, writeFileStat } from './file-stat.ts';
import { call, type Call, type Instance } from './instance.ts';
import { normalizePath, resolvePath } from './paths.ts';
import { FILE_TYPE, RIGHT, rightsOf } from './rights.ts';

const STAT_FIELDS = 18;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;
const O_APPEND = 0o2000;
const O_DIRECTORY = 0o200000;
const FOLLOW = 1;
/** WASI's flags of `path_open`. */
const [CREATE, DIRECTORY, EXCLUSIVE, TRUNCATE] = [1, 2, 4, 8] as const;
/** WASI's descriptor flags. */
const [DSYNC, RSYNC, SYNC] = [2, 8, 16] as const;
const READING = RIGHT.FD_READ | RIGHT.FD_READDIR;
const WRITING = RIGHT.FD_DATASYNC | RIGHT.FD_WRITE | RIGHT.FD_ALLOCATE | RIGHT.FD_FILESTAT_SET_SIZE;

const text = ({ memory }: Instance, at: number, size: number): string => decodeUtf8(memory.bytes(at, size).slice());

const resolve = ({ environment }: Instance, descriptor: Descriptor, path: string, lookup = 0): string =>
  resolvePath(environment.system, descriptor, path, (lookup & FOLLOW) !== 0);

/** Two descriptors that may be one, each with its right. @throws WasiError */
function pair({ table }: Instance, from: number, to: number, source: bigint, target: bigint): [Descriptor, Descriptor] {
  if (from === to) {
    const both = table.get(from, source | target);
    return [both, both];
  }
  return [table.get(from, source), table.get(to, target)];
}

/** Flags for opening, and the rights that it takes: of the directory, and of what may be opened through it. */
function openRequest(open: number, base: bigint, inheriting: bigint, descriptorFlags: number) {
  const isReading = (base & READING) !== 0n;
  const isWriting = (base & WRITING) !== 0n;
  let flags = linuxFlags(descriptorFlags) | (isWriting ? (isReading ? O_RDWR : O_WRONLY) : 0);
  if ((open & CREATE) !== 0) flags |= O_CREAT;
  if ((open & DIRECTORY) !== 0) flags |= O_DIRECTORY;
  if ((open & EXCLUSIVE) !== 0) flags |= O_EXCL;
  if ((open & TRUNCATE) !== 0) flags |= O_TRUNC;
  let needed = RIGHT.PATH_OPEN as bigint;
  if ((open & CREATE) !== 0) needed |= RIGHT.PATH_CREATE_FILE;
  if ((open & TRUNCATE) !== 0) needed |= RIGHT.PATH_FILESTAT_SET_SIZE;
  let passedOn = base | inheriting;
  if ((descriptorFlags & DSYNC) !== 0) passedOn |= RIGHT.FD_DATASYNC;
  if ((descriptorFlags & (RSYNC | SYNC)) !== 0) passedOn |= RIGHT.FD_SYNC;
  if (isWriting && (flags & (O_APPEND | O_TRUNC)) === 0) passedOn |= RIGHT.FD_SEEK;
  return { flags, needed, passedOn };
}

export const pathCalls: Readonly<Record<string, Call>> = {
  path_create_directory: call('iii', (instance, id, at, size) => {
    const { system } = instance.environment;
    const path = text(instance, at, size);
    const absolute = resolve(instance, instance.table.get(id, RIGHT.PATH_CREATE_DIRECTORY), path);
    check(system.files.mkdir(absolute, 0o777 & ~system.umask()));
  }),
  path_filestat_get: call('iiiii', (instance, id, lookup, at, size, statAt) => {
    const path = text(instance, at, size);
    instance.memory.require(statAt, 64);
    const absolute = resolve(instance, instance.table.get(id, RIGHT.PATH_FILESTAT_GET), path, lookup);
    const stat = new BigInt64Array(STAT_FIELDS);
    check(instance.environment.system.files.lstat(absolute, stat));
    writeFileStat(instance.memory, statAt, stat);
  }),
  path_filestat_set_times: call('iiiilli', (instance, id, lookup, at, size, accessed, modified, flags) => {
    const path = text(instance, at, size);
    const descriptor = instance.table.get(id, RIGHT.PATH_FILESTAT_SET_TIMES);
    requireTimeFlags(flags);
    const absolute = resolve(instance, descriptor, path, lookup);
    const { files } = instance.environment.system;
    const stat = new BigInt64Array(STAT_FIELDS);
    check(files.lstat(absolute, stat));
    const times = fileTimes(instance.environment, stat, accessed, modified, flags);
    check(files.utimes(absolute, ...times, false));
  }),
  path_link: call('iiiiiii', (instance, from, lookup, fromAt, fromSize, to, toAt, toSize) => {
    const existing = text(instance, fromAt, fromSize);
    const path = text(instance, toAt, toSize);
    const [source, target] = pair(instance, from, to, RIGHT.PATH_LINK_SOURCE, RIGHT.PATH_LINK_TARGET);
    check(instance.environment.system.files.link(resolve(instance, source, existing, lookup), resolve(instance, target, path)));
  }),
  path_open: call('iiiiillii', (instance, id, lookup, at, size, open, base, inheriting, descriptorFlags, idAt) => {
    const path = text(instance, at, size);
    instance.memory.require(idAt, 4);
    const { system } = instance.environment;
    const { flags, needed, passedOn } = openRequest(open, base, inheriting, descriptorFlags);
    const absolute = resolve(instance, instance.table.get(id, needed, passedOn), path, lookup);
    const fd = check(system.open(absolute, flags, 0o666));
    try {
      const type = openFileType(system, fd);
      if (type !== FILE_TYPE.DIRECTORY && ((open & DIRECTORY) !== 0 || absolute.endsWith('/'))) fail(ENOTDIR);
      const most = rightsOf(type, system.isTerminal(fd), flags);
      const entry = { fd, path: absolute, realPath: absolute, normalizedPath: normalizePath(absolute), type, isPreopen: false };
      const made = instance.table.insert({ ...entry, base: base & most.base, inheriting: inheriting & most.inheriting });
      instance.memory.setUint32(idAt, made);
    } catch (error) {
      system.close(fd);
      throw error;
    }
  }),
  path_readlink: call('iiiiii', (instance, id, at, size, targetAt, targetSize, usedAt) => {
    const path = text(instance, at, size);
    instance.memory.require(targetAt, targetSize);
    instance.memory.require(usedAt, 4);
    const absolute = resolve(instance, instance.table.get(id, RIGHT.PATH_READLINK), path);
    const target = instance.environment.system.files.readlink(absolute);
    if (typeof target === 'number') return void check(target);
    const bytes = encodeUtf8(target);
    // There is a NUL after it.
    if (bytes.length >= targetSize) fail(ENOBUFS);
    instance.memory.bytes(targetAt, bytes.length + 1).set([...bytes, 0]);
    instance.memory.setUint32(usedAt, bytes.length);
  }),
  path_remove_directory: call('iii', (instance, id, at, size) => {
    const path = text(instance, at, size);
    const absolute = resolve(instance, instance.table.get(id, RIGHT.PATH_REMOVE_DIRECTORY), path);
    check(instance.environment.system.files.rmdir(absolute));
  }),
  path_rename: call('iiiiii', (instance, from, fromAt, fromSize, to, toAt, toSize) => {
    const old = text(instance, fromAt, fromSize);
    const path = text(instance, toAt, toSize);
    const [source, target] = pair(instance, from, to, RIGHT.PATH_RENAME_SOURCE, RIGHT.PATH_RENAME_TARGET);
    check(instance.environment.system.files.rename(resolve(instance, source, old), resolve(instance, target, path)));
  }),
  path_symlink: call('iiiii', (instance, targetAt, targetSize, id, at, size) => {
    const target = text(instance, targetAt, targetSize);
    const path = text(instance, at, size);
    const descriptor = instance.table.get(id, RIGHT.PATH_SYMLINK);
    if (target.startsWith('/')) fail(EPERM);
    // It must not lead out either.
    resolve(instance, descriptor, target);
    check(instance.environment.system.files.symlink(target, resolve(instance, descriptor, path)));
  }),
  path_unlink_file: call('iii', (instance, id, at, size) => {
    const path = text(instance, at, size);
    check(instance.environment.system.files.unlink(resolve(instance, instance.table.get(id, RIGHT.PATH_UNLINK_FILE), path)));
  }),
};
