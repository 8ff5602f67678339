import { S_IFDIR, S_IFLNK, S_IFMT, S_ISGID, S_ISUID, S_IXGRP } from './constants.ts';
import { EOPNOTSUPP } from './errno.ts';
import { ATIME, MTIME, setTime, setTimeParts } from './inodes.ts';
import { I_GID, I_MODE, I_UID } from './layout.ts';
import type { Result } from './types.ts';
import type { Volume } from './volume.ts';
import { word } from './volume.ts';

/* What chmod, chown and utimes do to an inode. The caller holds the lock and has marked the inode as changing. */

export function setMode(volume: Volume, at: number, mode: number): Result {
  const old = word(volume.words, at + I_MODE);
  if ((old & S_IFMT) === S_IFLNK) return EOPNOTSUPP;
  volume.words[at + I_MODE] = (old & S_IFMT) | (mode & 0o7777);
  return 0;
}

/** -1 (also as an unsigned number) leaves one as it is. */
export function setOwner(volume: Volume, at: number, uid: number, gid: number): Result {
  const { words } = volume;
  if ((uid | 0) !== -1) words[at + I_UID] = uid;
  if ((gid | 0) !== -1) words[at + I_GID] = gid;
  const mode = word(words, at + I_MODE);
  // A new owner does not inherit set-user-id; set-group-id goes where the group may execute.
  if ((mode & S_IFMT) !== S_IFDIR) words[at + I_MODE] = mode & ~S_ISUID & ~((mode & S_IXGRP) === 0 ? 0 : S_ISGID);
  return 0;
}

/** Seconds since the epoch as libuv takes them: NaN leaves a time alone, infinity means `now` (in milliseconds). */
export function setTimes(volume: Volume, at: number, atime: number, mtime: number, now: number): Result {
  setSeconds(volume, at, ATIME, atime, now);
  setSeconds(volume, at, MTIME, mtime, now);
  return 0;
}

/** Truncates to nanoseconds as uv__fs_to_timespec does. */
function setSeconds(volume: Volume, at: number, which: number, time: number, now: number): void {
  if (Number.isNaN(time)) return;
  if (!Number.isFinite(time)) {
    setTime(volume, at, which, now);
    return;
  }
  let seconds = Math.trunc(time);
  let nanoseconds = Math.trunc((time - seconds) * 1e9);
  if (nanoseconds < 0) {
    nanoseconds += 1e9;
    seconds -= 1;
  }
  setTimeParts(volume, at, which, seconds, nanoseconds);
}
