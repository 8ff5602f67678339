/** Rights and file types of WASI preview 1, and what descriptors of each type may do (uvwasi's src/wasi_rights.h and wasi_rights.c). */
export const RIGHT = {
  FD_DATASYNC: 1n << 0n,
  FD_READ: 1n << 1n,
  FD_SEEK: 1n << 2n,
  FD_FDSTAT_SET_FLAGS: 1n << 3n,
  FD_SYNC: 1n << 4n,
  FD_TELL: 1n << 5n,
  FD_WRITE: 1n << 6n,
  FD_ADVISE: 1n << 7n,
  FD_ALLOCATE: 1n << 8n,
  PATH_CREATE_DIRECTORY: 1n << 9n,
  PATH_CREATE_FILE: 1n << 10n,
  PATH_LINK_SOURCE: 1n << 11n,
  PATH_LINK_TARGET: 1n << 12n,
  PATH_OPEN: 1n << 13n,
  FD_READDIR: 1n << 14n,
  PATH_READLINK: 1n << 15n,
  PATH_RENAME_SOURCE: 1n << 16n,
  PATH_RENAME_TARGET: 1n << 17n,
  PATH_FILESTAT_GET: 1n << 18n,
  PATH_FILESTAT_SET_SIZE: 1n << 19n,
  PATH_FILESTAT_SET_TIMES: 1n << 20n,
  FD_FILESTAT_GET: 1n << 21n,
  FD_FILESTAT_SET_SIZE: 1n << 22n,
  FD_FILESTAT_SET_TIMES: 1n << 23n,
  PATH_SYMLINK: 1n << 24n,
  PATH_REMOVE_DIRECTORY: 1n << 25n,
  PATH_UNLINK_FILE: 1n << 26n,
  POLL_FD_READWRITE: 1n << 27n,
  SOCK_SHUTDOWN: 1n << 28n,
  SOCK_ACCEPT: 1n << 29n,
} as const;

export const FILE_TYPE = {
  UNKNOWN: 0,
  BLOCK_DEVICE: 1,
  CHARACTER_DEVICE: 2,
  DIRECTORY: 3,
  REGULAR_FILE: 4,
  SOCKET_STREAM: 6,
  SYMBOLIC_LINK: 7,
} as const;

export interface Rights {
  readonly base: bigint;
  /** What descriptors that are opened through this one may have. */
  readonly inheriting: bigint;
}

const all = Object.values(RIGHT).reduce((sum, right) => sum | right, 0n);
const regularFile =
  RIGHT.FD_DATASYNC |
  RIGHT.FD_READ |
  RIGHT.FD_SEEK |
  RIGHT.FD_FDSTAT_SET_FLAGS |
  RIGHT.FD_SYNC |
  RIGHT.FD_TELL |
  RIGHT.FD_WRITE |
  RIGHT.FD_ADVISE |
  RIGHT.FD_ALLOCATE |
  RIGHT.FD_FILESTAT_GET |
  RIGHT.FD_FILESTAT_SET_SIZE |
  RIGHT.FD_FILESTAT_SET_TIMES |
  RIGHT.POLL_FD_READWRITE;
const directory =
  RIGHT.FD_FDSTAT_SET_FLAGS |
  RIGHT.FD_SYNC |
  RIGHT.FD_ADVISE |
  RIGHT.PATH_CREATE_DIRECTORY |
  RIGHT.PATH_CREATE_FILE |
  RIGHT.PATH_LINK_SOURCE |
  RIGHT.PATH_LINK_TARGET |
  RIGHT.PATH_OPEN |
  RIGHT.FD_READDIR |
  RIGHT.PATH_READLINK |
  RIGHT.PATH_RENAME_SOURCE |
  RIGHT.PATH_RENAME_TARGET |
  RIGHT.PATH_FILESTAT_GET |
  RIGHT.PATH_FILESTAT_SET_SIZE |
  RIGHT.PATH_FILESTAT_SET_TIMES |
  RIGHT.FD_FILESTAT_GET |
  RIGHT.FD_FILESTAT_SET_TIMES |
  RIGHT.PATH_SYMLINK |
  RIGHT.PATH_UNLINK_FILE |
  RIGHT.PATH_REMOVE_DIRECTORY |
  RIGHT.POLL_FD_READWRITE;
const tty = RIGHT.FD_READ | RIGHT.FD_FDSTAT_SET_FLAGS | RIGHT.FD_WRITE | RIGHT.FD_FILESTAT_GET | RIGHT.POLL_FD_READWRITE;
export const SOCKET_RIGHTS: Rights = { base: tty | RIGHT.SOCK_SHUTDOWN | RIGHT.SOCK_ACCEPT, inheriting: all };
export const DIRECTORY_RIGHTS: Rights = { base: directory, inheriting: directory | regularFile };

const O_ACCMODE = 3;
const O_RDONLY = 0;
const O_WRONLY = 1;

/** The most that a descriptor of a type may do. `flags`: Linux's open flags. */
export function rightsOf(type: number, isTerminal: boolean, flags: number): Rights {
  const { base, inheriting } = ofType(type, isTerminal);
  const mode = flags & O_ACCMODE;
  const denied = mode === O_RDONLY ? RIGHT.FD_WRITE : mode === O_WRONLY ? RIGHT.FD_READ : 0n;
  return { base: base & ~denied, inheriting };
}

function ofType(type: number, isTerminal: boolean): Rights {
  switch (type) {
    case FILE_TYPE.REGULAR_FILE:
      return { base: regularFile, inheriting: 0n };
    case FILE_TYPE.DIRECTORY:
      return DIRECTORY_RIGHTS;
    case FILE_TYPE.SOCKET_STREAM:
      return SOCKET_RIGHTS;
    case FILE_TYPE.CHARACTER_DEVICE:
      return isTerminal ? { base: tty, inheriting: 0n } : { base: all, inheriting: all };
    case FILE_TYPE.BLOCK_DEVICE:
      return { base: all, inheriting: all };
    default:
      return { base: 0n, inheriting: 0n };
  }
}

const S_IFMT = 0o170000;
const TYPES = new Map<number, number>([
  [0o100000, FILE_TYPE.REGULAR_FILE],
  [0o040000, FILE_TYPE.DIRECTORY],
  [0o020000, FILE_TYPE.CHARACTER_DEVICE],
  [0o120000, FILE_TYPE.SYMBOLIC_LINK],
  [0o140000, FILE_TYPE.SOCKET_STREAM],
  [0o010000, FILE_TYPE.SOCKET_STREAM],
  [0o060000, FILE_TYPE.BLOCK_DEVICE],
]);

/** WASI's file type of Linux's `st_mode`. */
export function fileTypeOf(mode: number): number {
  return TYPES.get(mode & S_IFMT) ?? FILE_TYPE.UNKNOWN;
}
