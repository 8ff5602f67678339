/** WASI's calls on descriptors, `fd_*` (uvwasi's src/uvwasi.c). */
import type { System } from '../../system/types.ts';
import { encodeUtf8 } from '../text.ts';
import type { Descriptor } from './descriptors.ts';
import { EBADF, EINVAL, ENOBUFS, check, fail, wasiErrno } from './errno.ts';
import { FILE_TYPE, RIGHT } from './rights.ts';
import { call, type Call, type Instance } from './instance.ts';
import { fileTimes, requireTimeFlags, writeFileStat } from './file-stat.ts';

const EAGAIN = -11;
const ESPIPE = -29;
const O_ACCMODE = 3;
const O_RDONLY = 0;
const O_APPEND = 0o2000;
const O_NONBLOCK = 0o4000;
const O_DSYNC = 0o10000;
const O_SYNC = 0o4010000;
/** What the kernel keeps of every file that a 64-bit program opens. */
const O_LARGEFILE = 0o100000;
const STAT_FIELDS = 18;
const STAT_SIZE = 8;
const MOST_ADVICE = 5;
const WHENCES = [0, 1, 2] as const;
const MAX_OFFSET = 2n ** 63n - 1n;
const DIRENT_SIZE = 24;

/** Linux's flags for WASI's. */
export function linuxFlags(flags: number): number {
  return (
    ((flags & 1) !== 0 ? O_APPEND : 0) |
    ((flags & 2) !== 0 ? O_DSYNC : 0) |
    ((flags & 4) !== 0 ? O_NONBLOCK : 0) |
    // Linux has no O_RSYNC of its own.
    ((flags & (8 | 16)) !== 0 ? O_SYNC : 0)
  );
}

/** The end of a transfer that cannot go on at once: waits, unless the descriptor must not. */
function orWait(system: System, fd: number, first: number, block: () => number): number {
  return first === EAGAIN && (system.flags(fd) & O_NONBLOCK) === 0 ? block() : first;
}

/** readv: fills one buffer after the other, until one does not get full. @throws WasiError */
export function readVectors(system: System, fd: number, buffers: readonly Uint8Array[], position: number): number {
  let total = 0;
  for (const buffer of buffers) {
    if (buffer.length === 0) continue;
    const first = system.read(fd, buffer, position < 0 ? -1 : position + total);
    const count = total > 0 ? first : orWait(system, fd, first, () => system.readBlocking(fd, buffer));
    if (count < 0 && total > 0) break;
    total += check(count);
    if (count < buffer.length) break;
  }
  return total;
}

/** writev: all buffers as one. @throws WasiError */
export function writeVectors(system: System, fd: number, buffers: readonly Uint8Array[], position: number): number {
  const whole = buffers.length === 1 ? buffers[0] : concatenated(buffers);
  if (whole === undefined || whole.length === 0) return 0;
  return check(orWait(system, fd, system.write(fd, whole, position), () => system.writeBlocking(fd, whole)));
}

function concatenated(buffers: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(buffers.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const buffer of buffers) {
    whole.set(buffer, at);
    at += buffer.length;
  }
  return whole;
}

/** ftruncate. @throws WasiError */
function truncate(system: System, fd: number, size: bigint): void {
  const inode = system.inode(fd);
  if (inode < 0 || (system.flags(fd) & O_ACCMODE) === O_RDONLY || size > MAX_OFFSET) fail(EINVAL);
  check(system.files.truncate(inode, Number(size)));
}

const preopened = ({ table }: Instance, fd: number, forOthers: number): Descriptor => {
  const descriptor = table.get(fd);
  return descriptor.isPreopen ? descriptor : fail(forOthers);
};

/** Node's UV_DIRENT_* → WASI's file type. */
const ENTRY_TYPES: readonly number[] = [
  FILE_TYPE.UNKNOWN,
  FILE_TYPE.REGULAR_FILE,
  FILE_TYPE.DIRECTORY,
  FILE_TYPE.SYMBOLIC_LINK,
  FILE_TYPE.UNKNOWN,
  FILE_TYPE.SOCKET_STREAM,
  FILE_TYPE.CHARACTER_DEVICE,
];

/** Writes as many entries as there is room for, the last one cut; bytes written, the whole room when there are more. */
function writeEntries(instance: Instance, descriptor: Descriptor, at: number, size: number, cookie: bigint): number {
  const entries = instance.environment.system.files.readdir(descriptor.realPath);
  if (typeof entries === 'number') return check(entries);
  const { view } = instance.memory;
  let used = 0;
  for (const [index, { name, type }] of entries.entries()) {
    if (BigInt(index) < cookie) continue;
    if (used + DIRENT_SIZE > size) return size;
    const bytes = encodeUtf8(name);
    view.setBigUint64(at + used, BigInt(index + 1), true);
    view.setBigUint64(at + used + 8, 0n, true);
    view.setUint32(at + used + 16, bytes.length, true);
    view.setUint32(at + used + 20, ENTRY_TYPES[type] ?? FILE_TYPE.UNKNOWN, true);
    used += DIRENT_SIZE;
    const copied = bytes.subarray(0, size - used);
    instance.memory.bytes(at + used - DIRENT_SIZE, DIRENT_SIZE + copied.length).set(copied, DIRENT_SIZE);
    used += copied.length;
    if (used === size) break;
  }
  return used;
}

export const descriptorCalls: Readonly<Record<string, Call>> = {
  fd_advise: call('illi', ({ environment: { system }, table }, id, _offset, _length, advice) => {
    if (advice > MOST_ADVICE) fail(EINVAL);
    const { fd, type } = table.get(id, RIGHT.FD_ADVISE);
    if (type === FILE_TYPE.DIRECTORY) fail(EBADF);
    if (system.kind(fd) === 'pipe') fail(wasiErrno(ESPIPE));
  }),
  fd_allocate: call('ill', ({ environment: { system }, table }, id, offset, length) => {
    const { fd } = table.get(id, RIGHT.FD_ALLOCATE);
    const stat = new BigInt64Array(STAT_FIELDS);
    check(system.stat(fd, stat));
    if ((stat[STAT_SIZE] ?? 0n) < offset + length) truncate(system, fd, offset + length);
  }),
  fd_close: call('i', ({ table }, id) => table.close(id)),
  fd_datasync: call('i', ({ environment: { system }, table }, id) => {
    check(system.inode(table.get(id, RIGHT.FD_DATASYNC).fd));
  }),
  fd_fdstat_get: call('ii', ({ environment: { system }, table, memory }, id, at) => {
    memory.require(at, 24);
    const { fd, type, base, inheriting } = table.get(id);
    const isFile = system.inode(fd) >= 0;
    const flags = check(system.flags(fd)) | (isFile ? O_LARGEFILE : 0);
    memory.view.setUint8(at, type);
    memory.view.setUint16(at + 2, flags & 0xffff, true);
    memory.setUint64(at + 8, base);
    memory.setUint64(at + 16, inheriting);
  }),
  fd_fdstat_set_flags: call('ii', ({ environment: { system }, table }, id, flags) => {
    check(system.setFlags(table.get(id, RIGHT.FD_FDSTAT_SET_FLAGS).fd, linuxFlags(flags)));
  }),
  fd_fdstat_set_rights: call('ill', ({ table }, id, base, inheriting) => {
    // To lack a right is what it takes to be refused it.
    const descriptor = table.get(id, base, inheriting);
    descriptor.base = base;
    descriptor.inheriting = inheriting;
  }),
  fd_filestat_get: call('ii', ({ environment: { system }, table, memory }, id, at) => {
    memory.require(at, 64);
    const stat = new BigInt64Array(STAT_FIELDS);
    check(system.stat(table.get(id, RIGHT.FD_FILESTAT_GET).fd, stat));
    writeFileStat(memory, at, stat);
  }),
  fd_filestat_set_size: call('il', ({ environment: { system }, table }, id, size) => {
    truncate(system, table.get(id, RIGHT.FD_FILESTAT_SET_SIZE).fd, size);
  }),
  fd_filestat_set_times: call('illi', ({ environment, table }, id, accessed, modified, flags) => {
    requireTimeFlags(flags);
    const { system } = environment;
    const { fd } = table.get(id, RIGHT.FD_FILESTAT_SET_TIMES);
    const stat = new BigInt64Array(STAT_FIELDS);
    check(system.stat(fd, stat));
    const times = fileTimes(environment, stat, accessed, modified, flags);
    check(system.files.utimesInode(check(system.inode(fd)), ...times));
  }),
  fd_pread: call('iiili', ({ environment: { system }, table, memory }, id, vectors, count, offset, at) => {
    memory.require(at, 4);
    const buffers = memory.vectors(vectors, count);
    if (offset > MAX_OFFSET) fail(EINVAL);
    const { fd } = table.get(id, RIGHT.FD_READ | RIGHT.FD_SEEK);
    memory.setUint32(at, readVectors(system, fd, buffers, Number(offset)));
  }),
  fd_prestat_get: call('ii', (instance, id, at) => {
    const { memory } = instance;
    memory.require(at, 8);
    const { path } = preopened(instance, id, EINVAL);
    memory.view.setUint8(at, 0);
    memory.setUint32(at + 4, encodeUtf8(path).length);
  }),
  fd_prestat_dir_name: call('iii', (instance, id, at, size) => {
    const target = instance.memory.bytes(at, size);
    const path = encodeUtf8(preopened(instance, id, EBADF).path);
    if (path.length > size) fail(ENOBUFS);
    target.set(path);
  }),
  fd_pwrite: call('iiili', ({ environment: { system }, table, memory }, id, vectors, count, offset, at) => {
    memory.require(at, 4);
    const buffers = memory.vectors(vectors, count);
    if (offset > MAX_OFFSET) fail(EINVAL);
    const { fd } = table.get(id, RIGHT.FD_WRITE | RIGHT.FD_SEEK);
    memory.setUint32(at, writeVectors(system, fd, buffers, Number(offset)));
  }),
  fd_read: call('iiii', ({ environment: { system }, table, memory }, id, vectors, count, at) => {
    memory.require(at, 4);
    const buffers = memory.vectors(vectors, count);
    memory.setUint32(at, readVectors(system, table.get(id, RIGHT.FD_READ).fd, buffers, -1));
  }),
  fd_readdir: call('iiili', (instance, id, at, size, cookie, usedAt) => {
    instance.memory.require(at, size);
    instance.memory.require(usedAt, 4);
    const descriptor = instance.table.get(id, RIGHT.FD_READDIR);
    instance.memory.setUint32(usedAt, writeEntries(instance, descriptor, at, size, cookie));
  }),
  fd_renumber: call('ii', ({ table }, from, to) => table.renumber(from, to)),
  fd_seek: call('ilii', ({ environment: { system }, table, memory }, id, offset, whence, at) => {
    memory.require(at, 8);
    const { fd } = table.get(id, RIGHT.FD_SEEK);
    const from = WHENCES[whence];
    if (from === undefined) return fail(EINVAL);
    memory.setUint64(at, BigInt(check(system.seek(fd, Number(BigInt.asIntN(64, offset)), from))));
  }),
  fd_sync: call('i', ({ environment: { system }, table }, id) => {
    check(system.inode(table.get(id, RIGHT.FD_SYNC).fd));
  }),
  fd_tell: call('ii', ({ environment: { system }, table, memory }, id, at) => {
    memory.require(at, 8);
    memory.setUint64(at, BigInt(check(system.seek(table.get(id, RIGHT.FD_TELL).fd, 0, 1))));
  }),
  fd_write: call('iiii', ({ environment: { system }, table, memory }, id, vectors, count, at) => {
    memory.require(at, 4);
    const buffers = memory.vectors(vectors, count);
    memory.setUint32(at, writeVectors(system, table.get(id, RIGHT.FD_WRITE).fd, buffers, -1));
  }),
};
