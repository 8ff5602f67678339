/** `internalBinding('fs')` (src/node_file.cc): Node's file system calls on the engine's shared file system. */
import { READABLE, WRITABLE } from '../../system/types.ts';
import { encodeText, parseEncoding } from '../codecs.ts';
import type { CreateBinding, Environment } from '../environment.ts';
import { copyFile, createCopyTree } from '../fs/copy.ts';
import { createFileHandle } from '../fs/file-handle.ts';
import { legacyMainResolve } from '../fs/main-resolve.ts';
import { encodeName, pathText } from '../fs/paths.ts';
import { removeTree } from '../fs/remove.ts';
import { compareNames } from '../fs/order.ts';
import { createRequests, Failure } from '../fs/requests.ts';
import { createStatWatcher } from '../fs/stat-watcher.ts';
import { decodeUtf8 } from '../text.ts';

const EAGAIN = -11;
const EEXIST = -17;
const ENOENT = -2;
const ENOTDIR = -20;
const EINVAL = -22;
const O_RDONLY = 0;
const O_CLOEXEC = 0o2000000;
/** Bytes. */
const TEXT_BUFFER = 65536;
const FIELDS = 18;
const RANDOM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const positionOf = (position: unknown): number =>
  typeof position === 'bigint' ? Number(position) : typeof position === 'number' && position >= 0 ? position : -1;

/** What src/node_file.cc checks itself (GetValidatedFd, GetValidFileMode): an integer from 0 to `most`. */
/** The check that C++ makes of access modes and copy flags. */
function requireMode(environment: Environment, mode: unknown): void {
  if (mode === undefined || mode === null) return;
  if (typeof mode !== 'number' || (mode | 0) !== mode)
    throw environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', 'mode must be int32 or null/undefined');
  if (mode < 0 || mode > 7) throw environment.codedError('RangeError', 'ERR_OUT_OF_RANGE', 'mode is out of range: >= 0 && <= 7');
}

function requireInteger(environment: Environment, name: string, value: unknown, most: number): void {
  if (typeof value !== 'number') {
    const { determineSpecificType } = environment.requireBuiltin('internal/errors') as {
      determineSpecificType: (value: unknown) => string;
    };
    const message = `The "${name}" argument must be of type number. Received ${determineSpecificType(value)}`;
    throw environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', message);
  }
  const isInteger = Number.isInteger(value);
  if (isInteger && value >= 0 && value <= most) return;
  const range = isInteger ? `>= 0 && <= ${most}` : 'an integer';
  throw environment.codedError(
    'RangeError',
    'ERR_OUT_OF_RANGE',
    `The value of "${name}" is out of range. It must be ${range}. Received ${value}`,
  );
}

export const create: CreateBinding = (environment) => {
  const { system } = environment;
  const { files } = system;
  const requests = createRequests(environment);
  const { answer, later } = requests;
  const statValues = new Float64Array(2 * FIELDS);
  const textBuffer = new Uint8Array(TEXT_BUFFER);
  const bigintStatValues = new BigInt64Array(2 * FIELDS);
  const resolve = (path: unknown): string => system.resolve(pathText(path));
  const withUmask = (mode: number): number => mode & ~system.umask();

  /** The common shape: one path, 0 or -errno. */
  const onPath = (syscall: string, request: unknown, path: unknown, run: (absolute: string) => number): unknown => {
    const result = run(resolve(path));
    return answer(request, result < 0 ? new Failure(result, syscall, pathText(path)) : undefined);
  };
  const onTwoPaths = (
    syscall: string,
    request: unknown,
    from: unknown,
    to: unknown,
    run: (from: string, to: string) => number,
  ): unknown => {
    const result = run(resolve(from), resolve(to));
    return answer(request, result < 0 ? new Failure(result, syscall, pathText(from), pathText(to)) : undefined);
  };
  const checkFd = (fd: unknown): void => requireInteger(environment, 'fd', fd, 0x7fffffff);
  const onFd = (syscall: string, request: unknown, fd: number, run: (ino: number) => number): unknown => {
    checkFd(fd);
    const ino = system.inode(fd);
    const result = ino < 0 ? ino : run(ino);
    return answer(request, result < 0 ? new Failure(result, syscall) : undefined);
  };

  /** Reads once. Synchronously a pipe blocks; with a request the loop waits for it. */
  const transfer = (syscall: 'read' | 'write', request: unknown, fd: number, attempt: () => number, block: () => number): unknown => {
    checkFd(fd);
    if (request === undefined) {
      const first = attempt();
      const result = first === EAGAIN ? block() : first;
      return answer(request, result < 0 ? new Failure(result, syscall) : result);
    }
    return later(request, (done) => {
      const finish = (result: number) => done(result < 0 ? new Failure(result, syscall) : result);
      const first = attempt();
      if (first !== EAGAIN) return finish(first);
      const poll = environment.loop.poll(fd, syscall === 'read' ? READABLE : WRITABLE, () => {
        const result = attempt();
        if (result === EAGAIN) return;
        poll.close();
        finish(result);
      });
    });
  };
  const readInto = (fd: number, target: Uint8Array, position: number, request: unknown): unknown =>
    transfer(
      'read',
      request,
      fd,
      () => system.read(fd, target, position),
      () => system.readBlocking(fd, target),
    );
  const writeFrom = (fd: number, source: Uint8Array, position: number, request: unknown): unknown =>
    transfer(
      'write',
      request,
      fd,
      () => system.write(fd, source, position),
      () => system.writeBlocking(fd, source),
    );

  const part = (buffer: ArrayBufferView, offset: number, length: number): Uint8Array =>
    new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);

  const statWith = (
    syscall: string,
    request: unknown,
    path: string | undefined,
    bigint: boolean,
    throwIfNoEntry: boolean | undefined,
    run: (out: Float64Array | BigInt64Array) => number,
  ): unknown => {
    const out =
      request === undefined ? (bigint ? bigintStatValues : statValues) : bigint ? new BigInt64Array(FIELDS) : new Float64Array(FIELDS);
    const result = run(out);
    if (result < 0) {
      if (throwIfNoEntry === false && (result === ENOENT || (result === ENOTDIR && syscall !== 'lstat'))) return answer(request, undefined);
      return answer(request, new Failure(result, syscall, path));
    }
    return answer(request, out);
  };

  const open = (path: unknown, flags: number, mode: number): number => system.open(resolve(path), flags, withUmask(mode));

  /** `mkdir -p`: the first directory made, undefined when there was nothing to do. */
  const makeDirectories = (path: string, mode: number): string | undefined | Failure => {
    if (!path.startsWith('/') && files.kind(system.cwd()) < 0) return new Failure(ENOENT, 'mkdir', path);
    // Each name is made as it is written: `a/../b` makes `a` too.
    const absolute = system.resolve(path).replace(/(?<=.)\/+$/, '');
    const result = files.mkdir(absolute, withUmask(mode));
    if (result === 0) return absolute;
    if (result === EEXIST) return files.kind(absolute) === 1 ? undefined : new Failure(EEXIST, 'mkdir', path);
    if (result !== ENOENT) return new Failure(result, 'mkdir', path);
    const parent = absolute.slice(0, absolute.lastIndexOf('/')) || '/';
    if (parent === absolute) return new Failure(result, 'mkdir', path);
    const first = makeDirectories(parent, mode);
    if (first instanceof Failure) return new Failure(first.errno === EEXIST ? ENOTDIR : first.errno, 'mkdir', path);
    const again = files.mkdir(absolute, withUmask(mode));
    if (again < 0 && again !== EEXIST) return new Failure(again, 'mkdir', path);
    return first ?? (again === 0 ? absolute : undefined);
  };

  const readAll = (fd: number): Uint8Array | number => {
    const parts: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const chunk = new Uint8Array(65536);
      const first = system.read(fd, chunk, -1);
      const count = first === EAGAIN ? system.readBlocking(fd, chunk) : first;
      if (count < 0) return count;
      if (count === 0) break;
      parts.push(chunk.subarray(0, count));
      total += count;
    }
    const all = new Uint8Array(total);
    let at = 0;
    for (const chunk of parts) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  };

  /** Text of a regular file, undefined when it cannot be read that way. Most files fit into one buffer that is used again and again. */
  const readText = (absolute: string): string | undefined => {
    const size = files.readWhole(absolute, textBuffer);
    if (size < 0) return undefined;
    if (size <= textBuffer.length) return decodeUtf8(textBuffer.subarray(0, size));
    const bytes = files.readFile(absolute);
    return typeof bytes === 'number' ? undefined : decodeUtf8(bytes);
  };

  const writeWhole = (fd: number, bytes: Uint8Array): number => {
    let at = 0;
    while (at < bytes.length) {
      const rest = bytes.subarray(at);
      const first = system.write(fd, rest, -1);
      const count = first === EAGAIN ? system.writeBlocking(fd, rest) : first;
      if (count < 0) return count;
      at += count;
    }
    return at;
  };

  const temporaryDirectory = (prefix: string): string | Failure => {
    const random = new Uint8Array(6);
    for (let attempt = 0; attempt < 100; attempt++) {
      environment.host.crypto.getRandomValues(random);
      const path = prefix + [...random].map((byte) => RANDOM[byte % RANDOM.length] ?? 'x').join('');
      const result = files.mkdir(system.resolve(path), 0o700);
      if (result === 0) return path;
      if (result !== EEXIST) return new Failure(result, 'mkdtemp', `${prefix}XXXXXX`);
    }
    return new Failure(EEXIST, 'mkdtemp', `${prefix}XXXXXX`);
  };

  const FileHandle = createFileHandle(environment, requests);
  const copyTree = createCopyTree(environment);

  return {
    kUsePromises: requests.kUsePromises,
    kFsStatsFieldsNumber: FIELDS,
    statValues,
    bigintStatValues,
    FSReqCallback: requests.FSReqCallback,
    FileHandle,
    StatWatcher: createStatWatcher(environment),

    access: (path: unknown, mode: number, request: unknown) => {
      requireMode(environment, mode);
      return onPath('access', request, path, (at) => files.access(at, mode));
    },
    existsSync: (path: unknown) => files.lookup(resolve(path)) >= 0,
    open: (path: unknown, flags: number, mode: number, request: unknown) => {
      const fd = open(path, flags, mode);
      return answer(request, fd < 0 ? new Failure(fd, 'open', pathText(path)) : fd);
    },
    openFileHandle: (path: unknown, flags: number, mode: number, request: unknown) => {
      const fd = open(path, flags, mode);
      return answer(request, fd < 0 ? new Failure(fd, 'open', pathText(path)) : new FileHandle(fd));
    },
    close: (fd: number, request: unknown) => {
      checkFd(fd);
      const result = system.close(fd);
      return answer(request, result < 0 ? new Failure(result, 'close') : undefined);
    },
    read: (fd: number, buffer: ArrayBufferView, offset: number, length: number, position: unknown, request: unknown) =>
      readInto(fd, part(buffer, offset, length), positionOf(position), request),
    readBuffers: (fd: number, buffers: ArrayBufferView[], position: unknown, request: unknown) => {
      let at = positionOf(position);
      let total = 0;
      for (const buffer of buffers) {
        const target = part(buffer, 0, buffer.byteLength);
        const first = system.read(fd, target, at);
        const count = first === EAGAIN && total === 0 ? system.readBlocking(fd, target) : first;
        if (count < 0) return total > 0 ? answer(request, total) : answer(request, new Failure(count, 'read'));
        total += count;
        if (at >= 0) at += count;
        if (count < target.length) break;
      }
      return answer(request, total);
    },
    readFileUtf8: (path: unknown, flags: number) => {
      // Directories and devices, which are no files to the file system, fail there and go the long way.
      const text = typeof path !== 'number' && (flags & ~O_CLOEXEC) === O_RDONLY ? readText(resolve(path)) : undefined;
      if (text !== undefined) return text;
      const fd = typeof path === 'number' ? path : open(path, flags, 0o666);
      if (fd < 0) return answer(undefined, new Failure(fd, 'open', pathText(path)));
      const bytes = readAll(fd);
      if (typeof path !== 'number') system.close(fd);
      return typeof bytes === 'number' ? answer(undefined, new Failure(bytes, 'read')) : decodeUtf8(bytes);
    },
    writeFileUtf8: (path: unknown, text: string, flags: number, mode: number) => {
      const fd = typeof path === 'number' ? path : open(path, flags, mode);
      if (fd < 0) return answer(undefined, new Failure(fd, 'open', pathText(path)));
      const result = writeWhole(fd, encodeText(text, parseEncoding('utf8', 1)));
      if (typeof path !== 'number') system.close(fd);
      return answer(undefined, result < 0 ? new Failure(result, 'write') : undefined);
    },
    writeBuffer: (
      fd: number,
      buffer: ArrayBufferView,
      offset: number,
      length: number,
      position: unknown,
      request: unknown,
      context?: { errno?: number; code?: string; syscall?: string },
    ) => {
      const source = part(buffer, offset, length);
      if (request === undefined && context !== undefined)
        return withContext(context, () => writeFrom(fd, source, positionOf(position), undefined));
      return writeFrom(fd, source, positionOf(position), request);
    },
    writeBuffers: (fd: number, buffers: ArrayBufferView[], position: unknown, request: unknown) => {
      let at = positionOf(position);
      let total = 0;
      for (const buffer of buffers) {
        const source = part(buffer, 0, buffer.byteLength);
        const first = system.write(fd, source, at);
        const count = first === EAGAIN ? system.writeBlocking(fd, source) : first;
        if (count < 0) return total > 0 ? answer(request, total) : answer(request, new Failure(count, 'write'));
        total += count;
        if (at >= 0) at += count;
        if (count < source.length) break;
      }
      return answer(request, total);
    },
    writeString: (
      fd: number,
      text: string,
      position: unknown,
      encoding: unknown,
      request: unknown,
      context?: { errno?: number; code?: string; syscall?: string },
    ) => {
      const bytes = encodeText(text, parseEncoding(encoding, 1));
      if (request === undefined && context !== undefined)
        return withContext(context, () => writeFrom(fd, bytes, positionOf(position), undefined));
      return writeFrom(fd, bytes, positionOf(position), request);
    },
    // Shared memory has nothing below it to wait for; what is on disk is the kernel's business (engine/fs/persistence).
    fsync: (fd: number, request: unknown) => onFd('fsync', request, fd, () => 0),
    fdatasync: (fd: number, request: unknown) => onFd('fdatasync', request, fd, () => 0),
    ftruncate: (fd: number, length: number, request: unknown) =>
      onFd('ftruncate', request, fd, (ino) => ((system.flags(fd) & 3) === O_RDONLY ? EINVAL : files.truncate(ino, length))),

    stat: (path: unknown, bigint: boolean, request: unknown, throwIfNoEntry?: boolean) => {
      if (request === undefined && !bigint && files.stat(resolve(path), statValues) === 0) return statValues;
      return statWith('stat', request, pathText(path), bigint, throwIfNoEntry, (out) => files.stat(resolve(path), out));
    },
    lstat: (path: unknown, bigint: boolean, request: unknown, throwIfNoEntry?: boolean) => {
      if (request === undefined && !bigint && files.lstat(resolve(path), statValues) === 0) return statValues;
      return statWith('lstat', request, pathText(path), bigint, throwIfNoEntry, (out) => files.lstat(resolve(path), out));
    },
    fstat: (fd: number, bigint: boolean, request: unknown) => {
      checkFd(fd);
      return statWith('fstat', request, undefined, bigint, undefined, (out) => system.stat(fd, out));
    },
    statfs: (path: unknown, bigint: boolean, request: unknown) => {
      const found = files.lookup(resolve(path));
      if (found < 0) return answer(request, new Failure(found, 'statfs', pathText(path)));
      const usage = files.usage();
      const TMPFS_MAGIC = 0x01021994;
      const values = [
        TMPFS_MAGIC,
        usage.blockSize,
        usage.blockSize,
        usage.blocks,
        usage.freeBlocks,
        usage.freeBlocks,
        usage.inodes,
        usage.freeInodes,
      ];
      return answer(request, bigint ? BigInt64Array.from(values.map(BigInt)) : Float64Array.from(values));
    },
    internalModuleStat: (first: unknown, second?: unknown) => files.kind(resolve(typeof first === 'string' ? first : second)),
    readdir: (path: unknown, encoding: unknown, withTypes: boolean, request: unknown) => {
      const found = files.readdir(resolve(path));
      if (typeof found === 'number') return answer(request, new Failure(found, 'scandir', pathText(path)));
      // libuv sorts.
      const entries = [...found].sort((a, b) => compareNames(a.name, b.name));
      const names = entries.map(({ name }) => encodeName(environment, name, encoding));
      return answer(request, withTypes ? [names, entries.map(({ type }) => type)] : names);
    },
    readlink: (path: unknown, encoding: unknown, request: unknown) => {
      const target = files.readlink(resolve(path));
      return answer(
        request,
        typeof target === 'number' ? new Failure(target, 'readlink', pathText(path)) : encodeName(environment, target, encoding),
      );
    },
    realpath: (path: unknown, encoding: unknown, request: unknown) => {
      const target = files.realpath(resolve(path));
      return answer(
        request,
        typeof target === 'number' ? new Failure(target, 'realpath', pathText(path)) : encodeName(environment, target, encoding),
      );
    },
    mkdir: (path: unknown, mode: number, recursive: boolean, request: unknown) => {
      if (recursive) {
        const written = pathText(path);
        const first = makeDirectories(written, mode);
        // Named as the path was written.
        const start = written.startsWith('/') ? 0 : system.resolve(written).length - written.length;
        return answer(request, typeof first === 'string' ? first.slice(start) : first);
      }
      return onPath('mkdir', request, path, (at) => files.mkdir(at, withUmask(mode)));
    },
    mkdtemp: (prefix: unknown, encoding: unknown, request: unknown) => {
      const made = temporaryDirectory(pathText(prefix));
      return answer(request, made instanceof Failure ? made : encodeName(environment, made, encoding));
    },
    rmdir: (path: unknown, request: unknown) => onPath('rmdir', request, path, (at) => files.rmdir(at)),
    unlink: (path: unknown, request: unknown) => onPath('unlink', request, path, (at) => files.unlink(at)),
    rename: (from: unknown, to: unknown, request: unknown) => onTwoPaths('rename', request, from, to, (a, b) => files.rename(a, b)),
    link: (from: unknown, to: unknown, request: unknown) => onTwoPaths('link', request, from, to, (a, b) => files.link(a, b)),
    symlink: (target: unknown, path: unknown, _flags: number, request: unknown) => {
      const result = files.symlink(pathText(target), resolve(path));
      return answer(request, result < 0 ? new Failure(result, 'symlink', pathText(target), pathText(path)) : undefined);
    },
    copyFile: (from: unknown, to: unknown, flags: number, request: unknown) => {
      requireMode(environment, flags);
      return onTwoPaths('copyfile', request, from, to, (a, b) => copyFile(files, a, b, flags));
    },
    rmSync: (path: unknown, _retries: number, recursive: boolean) => removeTree(environment, pathText(path), recursive),

    chmod: (path: unknown, mode: number, request: unknown) => onPath('chmod', request, path, (at) => files.chmod(at, mode)),
    fchmod: (fd: number, mode: number, request: unknown) => onFd('fchmod', request, fd, (ino) => files.chmodInode(ino, mode)),
    chown: (path: unknown, uid: number, gid: number, request: unknown) => onPath('chown', request, path, (at) => files.chown(at, uid, gid)),
    lchown: (path: unknown, uid: number, gid: number, request: unknown) =>
      onPath('lchown', request, path, (at) => files.chown(at, uid, gid, false)),
    fchown: (fd: number, uid: number, gid: number, request: unknown) =>
      onFd('fchown', request, fd, (ino) => files.chownInode(ino, uid, gid)),
    utimes: (path: unknown, atime: number, mtime: number, request: unknown) =>
      onPath('utime', request, path, (at) => files.utimes(at, atime, mtime)),
    lutimes: (path: unknown, atime: number, mtime: number, request: unknown) =>
      onPath('lutime', request, path, (at) => files.utimes(at, atime, mtime, false)),
    futimes: (fd: number, atime: number, mtime: number, request: unknown) =>
      onFd('futime', request, fd, (ino) => files.utimesInode(ino, atime, mtime)),

    cpSyncCheckPaths: (source: unknown, target: unknown, dereference: boolean, recursive: boolean) =>
      copyTree.checkPaths(pathText(source), pathText(target), dereference, recursive),
    cpSyncOverrideFile: (source: unknown, target: unknown, mode: number, preserve: boolean) =>
      copyTree.overrideFile(pathText(source), pathText(target), mode, preserve),
    cpSyncCopyDir: (
      source: unknown,
      target: unknown,
      force: boolean,
      dereference: boolean,
      errorOnExist: boolean,
      verbatim: boolean,
      preserve: boolean,
    ) => copyTree.copyDirectory(pathText(source), pathText(target), force, dereference, errorOnExist, verbatim, preserve),

    legacyMainResolve: (url: string, main: string | undefined, base: string | undefined) => legacyMainResolve(environment, url, main, base),
    // WebAssembly files without an extension start with \0asm.
    getFormatOfExtensionlessFile: (path: unknown) => {
      const bytes = files.readFile(resolve(path));
      const isWasm = typeof bytes !== 'number' && bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
      return isWasm ? 1 : 0;
    },
  };

  /** The old protocol of `writeSync`: the error is told through an object. */
  function withContext(context: { errno?: number; code?: string; syscall?: string }, run: () => unknown): unknown {
    try {
      return run();
    } catch (error) {
      Object.assign(context, {
        errno: (error as { errno: number }).errno,
        code: (error as { code: string }).code,
        syscall: (error as { syscall: string }).syscall,
      });
      return undefined;
    }
  }
};
