/** Copying: `copyFile` (uv_fs_copyfile) and the C++ half of `fs.cpSync` (CpSyncCheckPaths, CpSyncCopyDir in src/node_file.cc). */
import type { FileSystem } from '../../fs/types.ts';
import type { Environment } from '../environment.ts';
import { normalise } from './paths.ts';
import { Failure } from './requests.ts';

const EXCLUSIVE = 1;
const FICLONE_FORCE = 4;
const EEXIST = -17;
const EISDIR = -21;
const ENOSYS = -38;
const TYPE = 0o170000;
const DIRECTORY = 0o040000;
const LINK = 0o120000;
const REGULAR = 0o100000;
const SOCKET = 0o140000;
const FIFO = 0o010000;

interface Facts {
  readonly mode: number;
  readonly dev: number;
  readonly ino: number;
  readonly atime: number;
  readonly mtime: number;
}

export function statFacts(files: FileSystem, path: string, follow: boolean): Facts | number {
  const out = new Float64Array(18);
  const result = follow ? files.stat(path, out) : files.lstat(path, out);
  if (result < 0) return result;
  const at = (index: number) => out[index] ?? 0;
  return { dev: at(0), mode: at(1), ino: at(7), atime: at(10) + at(11) / 1e9, mtime: at(12) + at(13) / 1e9 };
}

/** 0 or -errno. */
export function copyFile(files: FileSystem, from: string, to: string, flags: number): number {
  if ((flags & FICLONE_FORCE) !== 0) return ENOSYS;
  const source = statFacts(files, from, true);
  if (typeof source === 'number') return source;
  if ((source.mode & TYPE) === DIRECTORY) return EISDIR;
  const target = statFacts(files, to, true);
  if (typeof target !== 'number') {
    if ((flags & EXCLUSIVE) !== 0) return EEXIST;
    if (target.ino === source.ino) return 0;
  }
  const bytes = files.readFile(from);
  if (typeof bytes === 'number') return bytes;
  const written = files.writeFile(to, bytes, source.mode & 0o777);
  return written < 0 ? written : files.chmod(to, source.mode & 0o7777);
}

const join = (directory: string, name: string): string => (directory.endsWith('/') ? directory + name : `${directory}/${name}`);
const isInside = (folder: string, path: string): boolean => `${path.replace(/\/+$/, '')}/`.startsWith(`${folder.replace(/\/+$/, '')}/`);
const parentOf = (path: string): string => path.replace(/\/+$/, '').replace(/\/[^/]*$/, '') || '/';

export interface CopyTree {
  checkPaths(source: string, target: string, dereference: boolean, recursive: boolean): void;
  overrideFile(source: string, target: string, mode: number, preserveTimestamps: boolean): void;
  copyDirectory(
    source: string,
    target: string,
    force: boolean,
    dereference: boolean,
    errorOnExist: boolean,
    verbatim: boolean,
    preserve: boolean,
  ): void;
}

export function createCopyTree(environment: Environment): CopyTree {
  const { system } = environment;
  const { files } = system;
  const fail = (failure: Failure): never => {
    throw environment.uvException(failure.errno, failure.syscall, undefined, failure.path, failure.dest);
  };
  const coded = (code: string, message: string): never => {
    throw environment.codedError('Error', code, message);
  };
  const stamp = (source: Facts, target: string) => {
    const result = files.utimes(target, source.atime, source.mtime);
    if (result < 0) fail(new Failure(result, 'utime', target));
  };
  const makeDirectories = (path: string): void => {
    if (files.lookup(path) >= 0) return;
    makeDirectories(parentOf(path));
    const result = files.mkdir(path, 0o777 & ~system.umask());
    if (result < 0 && result !== EEXIST) fail(new Failure(result, 'mkdir', path));
  };

  const isDirectory = (path: string): boolean => files.kind(path) === 1;
  /** A link that is replaced by another: neither may lead into the other. */
  const checkLinks = (link: string, to: string, dereference: boolean): void => {
    const current = files.readlink(to);
    if (typeof current === 'number') return;
    if (!dereference && isDirectory(link) && isInside(link, current))
      coded('ERR_FS_CP_EINVAL', `Cannot copy ${link} to a subdirectory of self ${current}`);
    if (isDirectory(to) && isInside(current, link)) coded('ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY', `cannot overwrite ${current} with ${link}`);
  };

  const copyDirectory: CopyTree['copyDirectory'] = (source, target, force, dereference, errorOnExist, verbatim, preserve) => {
    makeDirectories(target);
    const entries = files.readdir(source);
    if (typeof entries === 'number') return fail(new Failure(entries, 'cp', source));
    for (const { name } of entries) {
      const from = join(source, name);
      const to = join(target, name);
      // As natively, whatever `dereference` says: only the root's link is followed.
      const facts = statFacts(files, from, false);
      if (typeof facts === 'number') return fail(new Failure(facts, 'cp', from, to));
      const type = facts.mode & TYPE;
      const existing = statFacts(files, to, false);
      if (type === DIRECTORY) {
        if (typeof existing !== 'number' && (existing.mode & TYPE) !== DIRECTORY)
          coded('ERR_FS_CP_DIR_TO_NON_DIR', `Cannot overwrite non-directory ${to} with directory ${from}`);
        copyDirectory(from, to, force, dereference, errorOnExist, verbatim, preserve);
      } else if (type === LINK) {
        const found = files.readlink(from);
        if (typeof found === 'number') return fail(new Failure(found, 'readlink', from));
        const link = verbatim || found.startsWith('/') ? found : normalise(join(parentOf(from), found));
        if (typeof existing !== 'number' && (existing.mode & TYPE) === LINK) {
          checkLinks(link, to, dereference);
          files.unlink(to);
        }
        const result = files.symlink(link, to);
        if (result < 0) fail(new Failure(result, 'symlink', link, to));
      } else if (type === REGULAR) {
        if (typeof existing !== 'number') {
          if (!force) {
            if (errorOnExist)
              coded('ERR_FS_CP_EEXIST', `[ERR_FS_CP_EEXIST]: Target already exists: cp returned EEXIST (${to} already exists) ${to}`);
            continue;
          }
          files.unlink(to);
        }
        const result = copyFile(files, from, to, 0);
        if (result < 0) fail(new Failure(result, 'cp', from, to));
        if (preserve) stamp(facts, to);
      }
    }
  };

  return {
    copyDirectory: (source, target, ...rest) => copyDirectory(system.resolve(source), system.resolve(target), ...rest),
    overrideFile: (source, target, mode, preserveTimestamps) => {
      const [from, to] = [system.resolve(source), system.resolve(target)];
      const facts = statFacts(files, from, true);
      if (typeof facts === 'number') return fail(new Failure(facts, 'cp', source, target));
      files.unlink(to);
      const result = copyFile(files, from, to, mode);
      if (result < 0) fail(new Failure(result, 'cp', source, target));
      if (preserveTimestamps) stamp(facts, to);
    },
    checkPaths: (source, target, dereference, recursive) => {
      const [from, to] = [system.resolve(source), system.resolve(target)];
      const a = statFacts(files, from, dereference);
      if (typeof a === 'number') return fail(new Failure(a, dereference ? 'stat' : 'lstat', source));
      const b = statFacts(files, to, dereference);
      const sourceIsDirectory = (a.mode & TYPE) === DIRECTORY;
      if (typeof b !== 'number') {
        const targetIsDirectory = (b.mode & TYPE) === DIRECTORY;
        if (a.ino === b.ino && a.dev === b.dev)
          coded('ERR_FS_CP_EINVAL', 'Invalid src or dest: cp returned EINVAL (src and dest cannot be the same) ' + to);
        if (sourceIsDirectory && !targetIsDirectory)
          coded('ERR_FS_CP_DIR_TO_NON_DIR', `Cannot overwrite non-directory ${to} with directory ${from}`);
        if (!sourceIsDirectory && targetIsDirectory)
          coded('ERR_FS_CP_NON_DIR_TO_DIR', `Cannot overwrite directory ${to} with non-directory ${from}`);
      }
      if (sourceIsDirectory && isInside(from, to)) coded('ERR_FS_CP_EINVAL', `Cannot copy ${from} to a subdirectory of self ${to}`);
      for (let parent = parentOf(to); parent !== parentOf(from) && parent !== '/'; parent = parentOf(parent)) {
        const facts = statFacts(files, parent, true);
        if (typeof facts === 'number') break;
        if (facts.ino === a.ino && facts.dev === a.dev) coded('ERR_FS_CP_EINVAL', `Cannot copy ${from} to a subdirectory of self ${to}`);
      }
      if (sourceIsDirectory && !recursive)
        coded('ERR_FS_EISDIR', `Recursive option not enabled, cannot copy a directory: ${source.replace(/\/?$/, '/')}`);
      if ((a.mode & TYPE) === SOCKET) coded('ERR_FS_CP_SOCKET', `Cannot copy a socket file: ${to}`);
      if ((a.mode & TYPE) === FIFO) coded('ERR_FS_CP_FIFO_PIPE', `Cannot copy a FIFO pipe: ${to}`);
      makeDirectories(parentOf(to));
    },
  };
}
