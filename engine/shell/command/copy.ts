import type { System } from '../../system/types.ts';
import { ENOENT, strerror } from '../errno.ts';
import { O_CREAT, O_EXCL, O_RDONLY, O_TRUNC, O_WRONLY } from '../open-flags.ts';
import { join } from './paths.ts';
import { quoteName } from './quote-name.ts';
import { isDirectory, lstat, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, stat } from './stat.ts';
import type { Stat } from './stat.ts';

export interface CopyOptions {
  readonly recursive: boolean;
  /** Copy links as links. */
  readonly links: boolean;
  /** Keep mode and times. */
  readonly preserve: boolean;
  /** Replace a target that cannot be opened. */
  readonly force: boolean;
  readonly onCopy: (from: string, to: string) => void;
  readonly onError: (message: string) => void;
}

function keep(system: System, to: string, found: Stat, link = false): void {
  const path = system.resolve(to);
  if (!link) system.files.chmod(path, found.mode & 0o7777);
  system.files.utimes(path, found.atime / 1000, found.mtime / 1000, !link);
}

/** Copies a file or directory to an exact path. Returns whether all of it was copied. */
export function copy(system: System, from: string, to: string, options: CopyOptions, top = true): boolean {
  const found = options.links ? lstat(system, from) : stat(system, from);
  if (typeof found === 'number') {
    options.onError(`cannot stat ${quoteName(from)}: ${strerror(found)}`);
    return false;
  }
  const target = options.links && (found.mode & S_IFMT) === S_IFLNK ? lstat(system, to) : stat(system, to);
  if (isDirectory(found)) {
    if (!options.recursive) {
      options.onError(`-r not specified; omitting directory ${quoteName(from)}`);
      return false;
    }
    return copyDirectory(system, from, to, found, target, options, top);
  }
  if (isDirectory(target)) {
    options.onError(`cannot overwrite directory ${quoteName(to)} with non-directory`);
    return false;
  }
  if (typeof target !== 'number' && target.dev === found.dev && target.ino === found.ino) {
    options.onError(`${quoteName(from)} and ${quoteName(to)} are the same file`);
    return false;
  }
  const done = (found.mode & S_IFMT) === S_IFLNK ? copyLink(system, from, to, options) : copyFile(system, from, to, found, options);
  if (done) {
    options.onCopy(from, to);
    if (options.preserve) keep(system, to, found, (found.mode & S_IFMT) === S_IFLNK);
  }
  return done;
}

function copyLink(system: System, from: string, to: string, options: CopyOptions): boolean {
  const target = system.files.readlink(system.resolve(from));
  if (typeof target === 'number') {
    options.onError(`cannot read symbolic link ${quoteName(from)}: ${strerror(target)}`);
    return false;
  }
  if (typeof lstat(system, to) !== 'number') system.files.unlink(system.resolve(to));
  const result = system.files.symlink(target, system.resolve(to));
  if (result < 0) options.onError(`cannot create symbolic link ${quoteName(to)}: ${strerror(result)}`);
  return result >= 0;
}

function copyFile(system: System, from: string, to: string, found: Stat, options: CopyOptions): boolean {
  const type = found.mode & S_IFMT;
  if (type === S_IFIFO || (type !== S_IFREG && options.recursive)) {
    options.onError(`cannot copy special file ${quoteName(from)}: not supported`);
    return false;
  }
  const input = system.open(system.resolve(from), O_RDONLY, 0);
  if (input < 0) {
    options.onError(`cannot open ${quoteName(from)} for reading: ${strerror(input)}`);
    return false;
  }
  const existed = typeof lstat(system, to) !== 'number';
  let output = system.open(system.resolve(to), existed ? O_WRONLY | O_TRUNC : O_WRONLY | O_CREAT | O_EXCL, found.mode & 0o777);
  if (output < 0 && existed && options.force && system.files.unlink(system.resolve(to)) >= 0) {
    output = system.open(system.resolve(to), O_WRONLY | O_CREAT | O_EXCL, found.mode & 0o777);
  }
  if (output < 0) {
    system.close(input);
    options.onError(
      `cannot create regular file ${quoteName(to)}: ${to.endsWith('/') && output === -ENOENT ? 'Not a directory' : strerror(output)}`,
    );
    return false;
  }
  const buffer = new Uint8Array(Math.min(1 << 20, Math.max(4096, found.size)));
  let result = 0;
  for (;;) {
    const count = system.readBlocking(input, buffer);
    if (count <= 0) {
      if (count < 0) options.onError(`error reading ${quoteName(from)}: ${strerror(count)}`);
      result = count;
      break;
    }
    const written = system.writeBlocking(output, buffer.subarray(0, count));
    if (written < 0) {
      options.onError(`error writing ${quoteName(to)}: ${strerror(written)}`);
      result = written;
      break;
    }
  }
  system.close(input);
  system.close(output);
  return result === 0;
}

function copyDirectory(
  system: System,
  from: string,
  to: string,
  found: Stat,
  target: Stat | number,
  options: CopyOptions,
  top: boolean,
): boolean {
  if (typeof target !== 'number' && !isDirectory(target)) {
    options.onError(`cannot overwrite non-directory ${quoteName(to)} with directory ${quoteName(from)}`);
    return false;
  }
  if (top) {
    const source = system.files.realpath(system.resolve(from));
    const parent = system.files.realpath(system.resolve(join(to, '..').replace(/[^/]+\/\.\.$/, '') || '.'));
    if (typeof source === 'string' && typeof parent === 'string' && (parent === source || parent.startsWith(`${source}/`))) {
      options.onError(`cannot copy a directory, ${quoteName(from)}, into itself, ${quoteName(to)}`);
      return false;
    }
  }
  // Read first: a target below the source must not be found in it.
  const entries = system.files.readdir(system.resolve(from));
  if (typeof entries === 'number') {
    options.onError(`cannot access ${quoteName(from)}: ${strerror(entries)}`);
    return false;
  }
  if (typeof target === 'number') {
    const result = system.files.mkdir(system.resolve(to), (found.mode & 0o777 & ~system.umask()) | 0o700);
    if (result < 0) {
      options.onError(`cannot create directory ${quoteName(to)}: ${strerror(result)}`);
      return false;
    }
    options.onCopy(from, to);
  }
  let complete = true;
  for (const entry of entries) complete = copy(system, join(from, entry.name), join(to, entry.name), options, false) && complete;
  if (options.preserve) keep(system, to, found);
  else if (typeof target === 'number' && (found.mode & 0o700) !== 0o700)
    system.files.chmod(system.resolve(to), found.mode & 0o777 & ~system.umask());
  return complete;
}
