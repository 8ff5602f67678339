/** Error numbers of WASI preview 1, and which of them a Linux errno becomes (uvwasi__translate_uv_error in uvwasi's src/uv_mapping.c). */
export const SUCCESS = 0;
export const EBADF = 8;
export const EINVAL = 28;
export const ELOOP = 32;
export const ENOBUFS = 42;
export const ENOSYS = 52;
export const ENOTDIR = 54;
export const ENOTSOCK = 57;
export const ENOTSUP = 58;
export const EOVERFLOW = 61;
export const EPERM = 63;
export const ENOTCAPABLE = 76;

/** Name → [Linux's number, WASI's number]: all that the file system and descriptors of the engine answer with. */
const ERRORS: Readonly<Record<string, readonly [linux: number, wasi: number]>> = {
  E2BIG: [7, 1],
  EACCES: [13, 2],
  EADDRINUSE: [98, 3],
  EADDRNOTAVAIL: [99, 4],
  EAFNOSUPPORT: [97, 5],
  EAGAIN: [11, 6],
  EALREADY: [114, 7],
  EBADF: [9, EBADF],
  EBUSY: [16, 10],
  ECANCELED: [125, 11],
  ECONNABORTED: [103, 13],
  ECONNREFUSED: [111, 14],
  ECONNRESET: [104, 15],
  EDESTADDRREQ: [89, 17],
  EEXIST: [17, 20],
  EFAULT: [14, 21],
  EFBIG: [27, 22],
  EHOSTUNREACH: [113, 23],
  EINTR: [4, 27],
  EINVAL: [22, EINVAL],
  EIO: [5, 29],
  EISCONN: [106, 30],
  EISDIR: [21, 31],
  ELOOP: [40, ELOOP],
  EMFILE: [24, 33],
  EMLINK: [31, 34],
  EMSGSIZE: [90, 35],
  ENAMETOOLONG: [36, 37],
  ENETDOWN: [100, 38],
  ENETUNREACH: [101, 40],
  ENFILE: [23, 41],
  ENOBUFS: [105, ENOBUFS],
  ENODEV: [19, 43],
  ENOENT: [2, 44],
  ENOMEM: [12, 48],
  ENOPROTOOPT: [92, 50],
  ENOSPC: [28, 51],
  ENOSYS: [38, ENOSYS],
  ENOTCONN: [107, 53],
  ENOTDIR: [20, ENOTDIR],
  ENOTEMPTY: [39, 55],
  ENOTSOCK: [88, ENOTSOCK],
  ENOTSUP: [95, ENOTSUP],
  ENXIO: [6, 60],
  EPERM: [1, EPERM],
  EPIPE: [32, 64],
  EPROTO: [71, 65],
  EPROTONOSUPPORT: [93, 66],
  EPROTOTYPE: [91, 67],
  ERANGE: [34, 68],
  EROFS: [30, 69],
  ESPIPE: [29, 70],
  ESRCH: [3, 71],
  ETIMEDOUT: [110, 73],
  ETXTBSY: [26, 74],
  EXDEV: [18, 75],
};

const byLinux = new Map(Object.values(ERRORS).map(([linux, wasi]) => [linux, wasi]));
const names = new Map(Object.entries(ERRORS).map(([name, [, wasi]]) => [wasi, name]));

/** A system call that failed, on its way out of a WASI call, which returns `errno`. */
export class WasiError extends Error {
  readonly errno: number;
  constructor(errno: number) {
    super(`WASI error ${errno}`);
    this.errno = errno;
  }
}

/** WASI's number for a negative Linux errno; ENOSYS for what WASI has no number for. */
export function wasiErrno(result: number): number {
  return byLinux.get(-result) ?? ENOSYS;
}

/** Name of WASI's number as uvwasi shows it: `UVWASI_ENOENT`. */
export function wasiErrorName(errno: number): string {
  const name = names.get(errno);
  return name === undefined ? 'UVWASI_UNKNOWN_ERROR' : `UVWASI_${name}`;
}

/** The result of a system call. @throws WasiError */
export function check(result: number): number {
  if (result < 0) throw new WasiError(wasiErrno(result));
  return result;
}

/** @throws WasiError */
export function fail(errno: number): never {
  throw new WasiError(errno);
}
