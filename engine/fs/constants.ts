/** Linux constants (x86-64) that the file system honours. */
export const O_WRONLY = 0o1;
export const O_RDWR = 0o2;
export const O_ACCMODE = 0o3;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_TRUNC = 0o1000;
export const O_DIRECTORY = 0o200000;
export const O_NOFOLLOW = 0o400000;

export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;
export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_IXGRP = 0o0010;

export const X_OK = 1;

export const NAME_MAX = 255;
/** Longest path in bytes, the final NUL included. */
export const PATH_MAX = 4096;
/** Symlinks followed before ELOOP. */
export const MAX_LINKS = 40;
/** Largest file offset; beyond it EFBIG. Holes cost nothing, so it may exceed the memory. */
export const MAX_SIZE = 2 ** 40;

/** Node's UV_DIRENT_* of an `S_IF*` type. */
export function direntType(mode: number): number {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return 1;
    case S_IFDIR:
      return 2;
    case S_IFLNK:
      return 3;
    case S_IFIFO:
      return 4;
    case S_IFSOCK:
      return 5;
    case S_IFCHR:
      return 6;
    case S_IFBLK:
      return 7;
    default:
      return 0;
  }
}

export const DIRENT_FILE = 1;
export const DIRENT_DIRECTORY = 2;
export const DIRENT_SYMLINK = 3;
