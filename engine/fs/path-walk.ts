import { DIRENT_DIRECTORY, DIRENT_SYMLINK, MAX_LINKS, PATH_MAX } from './constants.ts';
import { copyOut } from './data.ts';
import { entryAt, entryIno, entryType, findEntry } from './directory.ts';
import { EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR } from './errno.ts';
import { inodeAt, sizeOf } from './inodes.ts';
import { H_STRUCTURE, I_DIR_REMOVALS, I_PARENT, I_SEQ, ROOT } from './layout.ts';
import { Name } from './name.ts';
import { PathCache } from './path-cache.ts';
import type { Result } from './types.ts';
import { decodeUtf8, utf8Length } from './utf8.ts';
import type { Volume } from './volume.ts';
import { fence, word } from './volume.ts';

/** What becomes of a symlink as the last name. PARENT never follows, not even before a trailing slash: for calls that make or remove names. */
export const FOLLOW = 0;
export const NOFOLLOW = 1;
export const PARENT = 2;
/** As FOLLOW, for calls that may create a file: a trailing slash is EISDIR whatever is there. */
export const CREATE = 3;
export type Mode = typeof FOLLOW | typeof NOFOLLOW | typeof PARENT | typeof CREATE;

/** What the last name was. */
export const NORMAL = 0;
export const DOT = 1;
export const DOTDOT = 2;
export const SLASH = 3;

/** No answer: a writer was always in the way. Walk again under the lock. */
export const BUSY = -100_000;
const TRIES = 16;
const SPINS = 200;

/** Finds inodes by path and leaves behind where the last name is: one per thread. */
export class PathWalk {
  /** Directory of the last name; 0 when a name before it was missing. */
  dir = 0;
  /** The last name, when `last` is NORMAL. */
  readonly name = new Name();
  last: typeof NORMAL | typeof DOT | typeof DOTDOT | typeof SLASH = NORMAL;
  /** Slashes followed the last name. */
  trailing = false;
  /** UV_DIRENT_* of what was found. */
  type = 0;

  readonly #volume: Volume;
  readonly #follow = new PathCache();
  readonly #noFollow = new PathCache();
  /** The directory of the last walk: files beside it are found in one step. */
  #prefix = '';
  #prefixDir = 0;
  #prefixStructure = -1;
  /** Where the newest lookup ended, and what must not have moved for it to hold. */
  #structure = 0;
  #place = 0;
  #removals = 0;
  #sequence = 0;
  #scratch = new Uint8Array(PATH_MAX);

  constructor(volume: Volume) {
    this.#volume = volume;
  }

  /** Inode, -errno or BUSY, without the lock. `dir`, `name`, `last` are not set: the answer may come from the cache. */
  find(path: string, mode: typeof FOLLOW | typeof NOFOLLOW): Result {
    const { words } = this.#volume;
    const cache = mode === FOLLOW ? this.#follow : this.#noFollow;
    const known = cache.find(path);
    if (known >= 0) {
      // Plain reads: whoever uses a found inode looks again afterwards, and a missing name was missing when it was looked for.
      const { values } = cache;
      const structure = values[known + 1] ?? 0;
      if (words[H_STRUCTURE] === structure) {
        const ino = values[known] ?? 0;
        const dir = values[known + 2] ?? 0;
        const guard = values[known + 3] ?? 0;
        const at = inodeAt(this.#volume, dir);
        if (ino > 0) {
          if (words[at + I_DIR_REMOVALS] === guard) {
            this.#structure = structure;
            this.#place = dir;
            this.#removals = guard;
            return ino;
          }
        } else if (words[at + I_SEQ] === guard) return ENOENT;
      }
    }
    for (let tries = 0; tries < TRIES; tries++) {
      const structure = Atomics.load(words, H_STRUCTURE);
      if ((structure & 1) !== 0) continue;
      const result = this.walk(path, mode);
      if (result === BUSY) continue;
      fence();
      if (words[H_STRUCTURE] !== structure) continue;
      if (result > 0 && this.last === NORMAL) cache.set(known, path, result, structure, this.#place, this.#removals);
      else if (result === ENOENT && this.#place !== 0) cache.set(known, path, 0, structure, this.#place, this.#sequence);
      return result;
    }
    return BUSY;
  }

  /** Whether what `find` returned last is still there under that name. Call `fence` after the last read that this is about. */
  stillThere(): boolean {
    const { words } = this.#volume;
    return words[H_STRUCTURE] === this.#structure && words[inodeAt(this.#volume, this.#place) + I_DIR_REMOVALS] === this.#removals;
  }

  /**
   * Inode or -errno. Exact under the lock; without it the caller checks STRUCTURE before and after. When only the last name is missing:
   * ENOENT with `dir` set, so that it can be created; when it is too long: ENAMETOOLONG with `dir` set.
   */
  walk(path: string, mode: Mode): Result {
    this.dir = 0;
    this.#place = 0;
    this.trailing = false;
    if (path.length === 0) return ENOENT;
    if (path.length >= PATH_MAX || (path.length * 3 >= PATH_MAX && utf8Length(path) >= PATH_MAX)) return ENAMETOOLONG;
    const { words } = this.#volume;
    let text = path;
    let position = 0;
    let dir = ROOT;
    let links = 0;
    const structure = word(words, H_STRUCTURE);
    this.#structure = structure;
    const prefix = this.#prefix.length;
    if (this.#prefixStructure === structure && path.length > prefix && path.charCodeAt(prefix) !== 47 && path.startsWith(this.#prefix)) {
      dir = this.#prefixDir;
      position = prefix;
    }
    for (;;) {
      let end = position;
      while (text.charCodeAt(end) === 47) end++;
      position = end;
      if (position === text.length) {
        this.last = SLASH;
        this.type = DIRENT_DIRECTORY;
        this.#place = ROOT;
        this.#removals = word(words, inodeAt(this.#volume, ROOT) + I_DIR_REMOVALS);
        return dir;
      }
      while (end < text.length && text.charCodeAt(end) !== 47) end++;
      let next = end;
      while (text.charCodeAt(next) === 47) next++;
      const isLast = next === text.length;
      const dots =
        text.charCodeAt(position) !== 46
          ? 0
          : end - position === 1
            ? 1
            : end - position === 2 && text.charCodeAt(position + 1) === 46
              ? 2
              : 0;
      if (dots > 0) {
        if (dots === 2) dir = word(words, inodeAt(this.#volume, dir) + I_PARENT);
        if (isLast) {
          this.last = dots === 1 ? DOT : DOTDOT;
          this.type = DIRENT_DIRECTORY;
          this.#place = ROOT;
          this.#removals = word(words, inodeAt(this.#volume, ROOT) + I_DIR_REMOVALS);
          return dir;
        }
        position = next;
        continue;
      }
      if (isLast && mode === CREATE && next > end) return EISDIR;
      if (isLast) {
        this.dir = dir;
        this.last = NORMAL;
        this.trailing = next > end;
      }
      if (!this.name.set(text, position, end)) return ENAMETOOLONG;
      const child = this.#child(dir);
      if (child === BUSY) return BUSY;
      if (isLast && links === 0 && dir !== ROOT && (dir !== this.#prefixDir || structure !== this.#prefixStructure)) {
        this.#prefix = path.slice(0, position);
        this.#prefixDir = dir;
        this.#prefixStructure = structure;
      }
      if (child === 0) return ENOENT;
      if (this.type === DIRENT_SYMLINK && (!isLast || mode === FOLLOW || mode === CREATE || (mode === NOFOLLOW && this.trailing))) {
        if (++links > MAX_LINKS) return ELOOP;
        const target = this.#target(child);
        if (target === null) return BUSY;
        text = isLast ? (this.trailing ? `${target}/` : target) : `${target}/${text.slice(next)}`;
        if (target.charCodeAt(0) === 47) dir = ROOT;
        position = 0;
        this.dir = 0;
        continue;
      }
      if (isLast) {
        if (this.trailing && mode !== PARENT && this.type !== DIRENT_DIRECTORY) return ENOTDIR;
        return child;
      }
      if (this.type !== DIRENT_DIRECTORY) return ENOTDIR;
      dir = child;
      position = next;
    }
  }

  /** Inode of `this.name` in `dir`, 0 when it is missing, or BUSY. */
  #child(dir: number): number {
    const volume = this.#volume;
    const { words } = volume;
    const at = inodeAt(volume, dir);
    for (let tries = 0; tries < SPINS; tries++) {
      const sequence = Atomics.load(words, at + I_SEQ);
      if ((sequence & 1) !== 0) continue;
      const entry = findEntry(volume, at, this.name);
      let ino = 0;
      if (entry >= 0) {
        const place = entryAt(volume, at, entry);
        ino = entryIno(volume, place);
        this.type = entryType(volume, place);
      }
      const removals = word(words, at + I_DIR_REMOVALS);
      fence();
      if (words[at + I_SEQ] !== sequence) continue;
      this.#place = dir;
      this.#sequence = sequence;
      this.#removals = removals;
      return ino;
    }
    return BUSY;
  }

  /** Where a symlink points, null when a writer was always in the way. */
  #target(ino: number): string | null {
    const volume = this.#volume;
    const at = inodeAt(volume, ino);
    for (let tries = 0; tries < SPINS; tries++) {
      const sequence = Atomics.load(volume.words, at + I_SEQ);
      if ((sequence & 1) !== 0) continue;
      const size = Math.min(Math.max(sizeOf(volume, at), 0), PATH_MAX);
      copyOut(volume, at, this.#scratch, 0, 0, size);
      fence();
      if (volume.words[at + I_SEQ] === sequence) return decodeUtf8(this.#scratch, 0, size);
    }
    return null;
  }
}
