/** Exceptions as Node's C++ makes them: UVException (src/api/exceptions.cc) and THROW_ERR_* (src/node_errors.h). */

/** libuv's names and messages by negative errno, from the dump of the uv binding. */
export type UvErrorMap = ReadonlyMap<number, readonly [name: string, message: string]>;

export function uvException(
  map: UvErrorMap,
  errno: number,
  syscall: string,
  message: string | undefined,
  path: string | undefined,
  dest: string | undefined,
): Error {
  const [code, text] = map.get(errno) ?? [`Unknown system error ${errno}`, `Unknown system error ${errno}`];
  let full = `${code}: ${message ?? text}, ${syscall}`;
  if (path !== undefined) full += ` '${path}'`;
  if (dest !== undefined) full += ` -> '${dest}'`;
  const error = new Error(full) as Error & Record<string, unknown>;
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}

const KINDS = { Error, TypeError, RangeError, SyntaxError } as const;

/** The head of the stack is `TypeError: message`, as C++ leaves it; `code` is an own enumerable property. */
export function codedError(kind: keyof typeof KINDS, code: string, message: string): Error {
  return Object.assign(new KINDS[kind](message), { code });
}
