/** Errors as Node makes them for failed system calls: code and text of libuv (uv.h), `CODE: text, syscall 'path' -> 'dest'`. */

const ERRNO: ReadonlyMap<number, readonly [string, string]> = new Map([
  [1, ['EPERM', 'operation not permitted']],
  [2, ['ENOENT', 'no such file or directory']],
  [3, ['ESRCH', 'no such process']],
  [5, ['EIO', 'i/o error']],
  [7, ['E2BIG', 'argument list too long']],
  [8, ['ENOEXEC', 'exec format error']],
  [9, ['EBADF', 'bad file descriptor']],
  [11, ['EAGAIN', 'resource temporarily unavailable']],
  [12, ['ENOMEM', 'not enough memory']],
  [13, ['EACCES', 'permission denied']],
  [16, ['EBUSY', 'resource busy or locked']],
  [17, ['EEXIST', 'file already exists']],
  [20, ['ENOTDIR', 'not a directory']],
  [21, ['EISDIR', 'illegal operation on a directory']],
  [22, ['EINVAL', 'invalid argument']],
  [23, ['ENFILE', 'file table overflow']],
  [24, ['EMFILE', 'too many open files']],
  [27, ['EFBIG', 'file too large']],
  [28, ['ENOSPC', 'no space left on device']],
  [31, ['EMLINK', 'too many links']],
  [36, ['ENAMETOOLONG', 'name too long']],
  [39, ['ENOTEMPTY', 'directory not empty']],
  [40, ['ELOOP', 'too many symbolic links encountered']],
]);

export class SystemCallError extends Error {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
  readonly path?: string;
  readonly dest?: string;

  /** @param errno negative */
  constructor(errno: number, syscall: string, path?: string, dest?: string) {
    const [code, text] = ERRNO.get(-errno) ?? [`E${-errno}`, 'unknown error'];
    super(`${code}: ${text}, ${syscall}${path === undefined ? '' : ` '${path}'`}${dest === undefined ? '' : ` -> '${dest}'`}`);
    this.name = 'Error';
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
    if (path !== undefined) this.path = path;
    if (dest !== undefined) this.dest = dest;
  }
}

/** The result of a call of the file system, or its error thrown. */
export function check(result: number, syscall: string, path?: string, dest?: string): number {
  if (result < 0) throw new SystemCallError(result, syscall, path, dest);
  return result;
}

/** An error with a code of Node's own (`ERR_…`). */
export class CodedError extends TypeError {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
