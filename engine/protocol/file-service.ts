/** `WebContainer.fs` on the serving side: Node's fs.promises over the shared file system, scoped to the working directory. */
import type { FileSystem } from '../fs/types.ts';
import { remote, RemoteFunction, transferred } from './comlink.ts';
import type { Service } from './comlink.ts';
import { decode, encode } from './encodings.ts';
import { check, CodedError, SystemCallError } from './errors.ts';
import type { ScopedPaths } from './scoped-paths.ts';

const O_WRONLY_CREATE_TRUNCATE = 0o1101;
const DIRECTORY = 2;
const FILE = 1;

/** Watches an absolute path; gives a function that ends it, or -errno. */
export type WatchFiles = (
  path: string,
  isRecursive: boolean,
  listener: (event: 'rename' | 'change', name: string) => void,
) => (() => void) | number;

export function createFileService(files: FileSystem, paths: ScopedPaths, watch: WatchFiles): Service {
  const encoder = new TextEncoder();

  function readFile(given: unknown, options: unknown): unknown {
    const path = pathOf(given, 'path');
    const encoding = encodingOf(options);
    const contents = files.readFile(paths.absolute(path));
    if (typeof contents === 'number') {
      // Node opens a directory before it finds that it cannot be read.
      if (contents === -21) throw new SystemCallError(contents, 'read');
      throw new SystemCallError(contents, 'open', path);
    }
    if (encoding !== null) return decode(contents, encoding);
    return contents.buffer instanceof ArrayBuffer ? transferred(contents, [contents.buffer]) : contents.slice();
  }

  function writeFile(given: unknown, data: unknown, options: unknown): void {
    const path = pathOf(given, 'file');
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
      throw new CodedError(
        'ERR_INVALID_ARG_TYPE',
        `The "data" argument must be of type string or an instance of Uint8Array. Received ${describe(data)}`,
      );
    }
    const bytes = typeof data === 'string' ? encode(data, encodingOf(options) ?? 'utf8') : data;
    const absolute = paths.absolute(path);
    const inode = check(files.open(absolute, O_WRONLY_CREATE_TRUNCATE, 0o644), 'open', path);
    try {
      for (let at = 0; at < bytes.length;) {
        const written = check(files.write(inode, bytes.subarray(at), at), 'write');
        if (written === 0) throw new SystemCallError(-28, 'write');
        at += written;
      }
    } finally {
      files.release(inode);
    }
  }

  function readdir(given: unknown, options: unknown): unknown {
    const path = pathOf(given, 'path');
    const encoding = encodingOf(options) ?? 'utf8';
    const entries = files.readdir(paths.absolute(path));
    if (typeof entries === 'number') throw new SystemCallError(entries, 'scandir', path);
    const name = (text: string): string | Uint8Array =>
      encoding === 'buffer'
        ? encoder.encode(text)
        : encoding === 'utf8' || encoding === 'utf-8'
          ? text
          : decode(encoder.encode(text), encoding);
    const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    if (!flag(options, 'withFileTypes')) return sorted.map((entry) => name(entry.name));
    // The client reads the type under this name. Other kinds than files and directories have numbers that it answers "neither" for.
    return sorted.map((entry) => ({
      name: name(entry.name),
      'Symbol(type)': entry.type === DIRECTORY ? 2 : entry.type === FILE ? 1 : entry.type,
    }));
  }

  function mkdir(given: unknown, options: unknown): string | undefined {
    const path = pathOf(given, 'path');
    const absolute = paths.absolute(path);
    if (!flag(options, 'recursive')) {
      check(files.mkdir(absolute, 0o777 & ~0o022), 'mkdir', path);
      return undefined;
    }
    return makeDirectories(absolute, path);
  }

  /** Makes what is missing of a path, and gives the first folder that it made. */
  function makeDirectories(absolute: string, shown: string): string | undefined {
    let first: string | undefined;
    const parts = absolute.split('/').filter((part) => part !== '');
    for (let count = 1; count <= parts.length; count++) {
      const path = `/${parts.slice(0, count).join('/')}`;
      const kind = files.kind(path);
      if (kind === 1) continue;
      if (kind === 0) throw new SystemCallError(count === parts.length ? -17 : -20, 'mkdir', shown);
      check(files.mkdir(path, 0o755), 'mkdir', shown);
      first ??= path;
    }
    return first;
  }

  function rm(given: unknown, options: unknown): void {
    const path = pathOf(given, 'path');
    const absolute = paths.absolute(path);
    const status = files.lstat(absolute, new Float64Array(18));
    if (status === -2 && flag(options, 'force')) return;
    check(status, 'lstat', path);
    const isDirectory = typeof files.readlink(absolute) === 'number' && files.kind(absolute) === 1;
    if (!isDirectory) {
      check(files.unlink(absolute), 'unlink', path);
    } else if (flag(options, 'recursive')) {
      removeTree(absolute);
    } else {
      throw new CodedError('ERR_FS_EISDIR', `Path is a directory: rm returned EISDIR (is a directory) ${path}`);
    }
  }

  function removeTree(path: string): void {
    const entries = files.readdir(path);
    if (typeof entries === 'number') throw new SystemCallError(entries, 'scandir', path);
    for (const { name, type } of entries) {
      const inside = `${path}/${name}`;
      if (type === DIRECTORY) removeTree(inside);
      else check(files.unlink(inside), 'unlink', inside);
    }
    check(files.rmdir(path), 'rmdir', path);
  }

  function rename(from: unknown, to: unknown): void {
    const [oldPath, newPath] = [pathOf(from, 'oldPath'), pathOf(to, 'newPath')];
    check(files.rename(paths.absolute(oldPath), paths.absolute(newPath)), 'rename', oldPath, newPath);
  }

  function startWatch(given: unknown, options: unknown, listener: unknown): unknown {
    const path = pathOf(given, 'filename');
    const encoding = encodingOf(options) ?? 'utf8';
    const target = listener instanceof RemoteFunction ? listener : null;
    const stop = watch(paths.absolute(path), flag(options, 'recursive'), (event, name) => {
      const shown =
        encoding === 'buffer'
          ? encoder.encode(name)
          : encoding === 'utf8' || encoding === 'utf-8'
            ? name
            : decode(encoder.encode(name), encoding);
      void target?.call([event, shown]);
    });
    if (typeof stop === 'number') throw new SystemCallError(stop, 'watch', path);
    return remote({ methods: { close: stop }, onRelease: stop });
  }

  return { methods: { readFile, writeFile, readdir, mkdir, rm, rename, watch: startWatch } };
}

function pathOf(value: unknown, name: string): string {
  if (typeof value !== 'string') {
    throw new CodedError('ERR_INVALID_ARG_TYPE', `The "${name}" argument must be of type string. Received ${describe(value)}`);
  }
  if (value.includes('\0')) {
    throw new CodedError(
      'ERR_INVALID_ARG_VALUE',
      `The argument '${name}' must be a string without null bytes. Received '${value.replaceAll('\0', '\\x00')}'`,
    );
  }
  if (value === '') throw new SystemCallError(-2, name === 'filename' ? 'watch' : 'open', '');
  return value;
}

function encodingOf(options: unknown): string | null {
  const value = typeof options === 'object' && options !== null && 'encoding' in options ? options.encoding : options;
  return typeof value === 'string' ? value : null;
}

function flag(options: unknown, name: string): boolean {
  return (
    typeof options === 'object' && options !== null && name in options && (options as Readonly<Record<string, unknown>>)[name] === true
  );
}

function describe(value: unknown): string {
  return value === null || value === undefined ? String(value) : `type ${typeof value}`;
}
