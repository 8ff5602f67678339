import type { SharedFileSystem } from './file-system.ts';
import { crc32 } from './crc32.ts';
import { STAT_FIELDS } from './types.ts';

/** One line for each name below `path`, for comparing trees in tests: kind, mode, links, owner, size, times of modification and birth, and contents. */
export function describeTree(fs: SharedFileSystem, path: string, exclude: (path: string) => boolean = () => false): string[] {
  const lines: string[] = [];
  const groups = new Map<number, number>();
  const out = new Float64Array(STAT_FIELDS);
  const walk = (at: string, relative: string): void => {
    if (exclude(at)) return;
    const result = fs.lstat(at, out);
    if (result < 0) throw new Error(`lstat ${at}: ${result}`);
    const [, mode = 0, nlink = 0, uid, gid, rdev, , ino = 0, size = 0] = out;
    const type = mode & 0o170000;
    const isDirectory = type === 0o040000;
    if (!groups.has(ino)) groups.set(ino, groups.size);
    const content = type === 0o120000 ? fs.readlink(at) : type === 0o100000 && size < 1e7 ? crc(fs.readFile(at)) : '';
    const times = `${out[12]}.${out[13]} ${out[16]}.${out[17]}`;
    lines.push(
      `${relative} ${mode.toString(8)} ${isDirectory ? '' : `${nlink} #${groups.get(ino)} ${size}`} ${uid}:${gid} ${rdev} ${times} ${content}`,
    );
    if (!isDirectory) return;
    const entries = fs.readdir(at);
    if (typeof entries === 'number') throw new Error(`readdir ${at}: ${entries}`);
    for (const { name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
      walk(at === '/' ? `/${name}` : `${at}/${name}`, `${relative}/${name}`);
  };
  walk(path, '');
  return lines;
}

function crc(data: Uint8Array | number): string {
  return typeof data === 'number' ? `${data}` : crc32(data).toString(16);
}
