/** Exceptions as Node's C++ makes them: UVException (src/api/exceptions.cc) and THROW_ERR_* (src/node_errors.h). */

/** libuv's names and messages by negative errno, from the dump of the uv binding. */
export type UvErrorMap = ReadonlyMap<number, readonly [name: string, message: string]>;

/** Frames of the engine that can lie between a system call's failure and the function of Node's library that asked for it. */
const ENGINE_FRAMES = 12;

/** Frames that the stack of an error is to show, where more were taken because the engine's own are left out (stack-traces.ts). */
export const shownFrames = new WeakMap<object, number>();

/**
 * Runs `run` with room for `room` more frames in stacks: an error that it throws shows as many frames of the guest as `Error.stackTraceLimit` says, although
 * some of the engine's come before them.
 */
export function withRoomForFrames<Value>(room: number, run: () => Value): Value {
  const { stackTraceLimit } = Error;
  // The guest may have frozen it, or made it something else.
  if (typeof stackTraceLimit !== 'number' || !Reflect.set(Error, 'stackTraceLimit', stackTraceLimit + room)) return run();
  try {
    return run();
  } catch (error) {
    if (error instanceof Error) shownFrames.set(error, stackTraceLimit);
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** An error whose stack has as many frames of the guest as `Error.stackTraceLimit` says. */
function errorWithGuestFrames(message: string): Error {
  const { stackTraceLimit } = Error;
  const error = withRoomForFrames(ENGINE_FRAMES, () => new Error(message));
  if (typeof stackTraceLimit === 'number') shownFrames.set(error, stackTraceLimit);
  return error;
}

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
  const error = errorWithGuestFrames(full) as Error & Record<string, unknown>;
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
