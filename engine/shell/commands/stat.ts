import { command, UsageError } from '../command/command.ts';
import { formatDate } from '../command/date-text.ts';
import { unescape } from '../command/format.ts';
import { modeString } from '../command/mode.ts';
import { quoteName } from '../command/quote-name.ts';
import { lstat, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFSOCK, stat as statFollowing } from '../command/stat.ts';
import type { Stat } from '../command/stat.ts';
import { accountName } from '../command/users.ts';
import { strerror } from '../errno.ts';

function typeName(found: Stat): string {
  const names: Record<number, string> = {
    [S_IFDIR]: 'directory',
    [S_IFLNK]: 'symbolic link',
    [S_IFCHR]: 'character special file',
    [S_IFBLK]: 'block special file',
    [S_IFIFO]: 'fifo',
    [S_IFSOCK]: 'socket',
  };
  return names[found.mode & S_IFMT] ?? (found.size === 0 ? 'regular empty file' : 'regular file');
}

export const stat = command('stat', (io) => {
  const options = io.options({ short: 'Lc:ft', long: { dereference: 'L', format: 'c:', printf: 'printf:' } });
  if (options.operands.length === 0) throw new UsageError('missing operand');
  const format = options.value('c');
  const raw = options.value('printf');
  const time = (milliseconds: number, nanoseconds?: number): string =>
    formatDate('%Y-%m-%d %H:%M:%S.%N %z', milliseconds, false, nanoseconds);
  for (const operand of options.operands) {
    const found = options.has('L') ? statFollowing(io.system, operand) : lstat(io.system, operand);
    if (typeof found === 'number') {
      io.error(`cannot statx ${quoteName(operand)}: ${strerror(found)}`);
      continue;
    }
    const target = (found.mode & S_IFMT) === S_IFLNK ? io.system.files.readlink(io.system.resolve(operand)) : undefined;
    const shown = typeof target === 'string' ? `${operand} -> ${target}` : operand;
    const octal = (found.mode & 0o7777).toString(8);
    const owner = accountName(io.system, '/etc/passwd', found.uid);
    const group = accountName(io.system, '/etc/group', found.gid);
    const fields: Record<string, string> = {
      n: operand,
      N: typeof target === 'string' ? `${quoteName(operand)} -> ${quoteName(target)}` : quoteName(operand),
      s: String(found.size),
      a: octal,
      A: modeString(found.mode),
      F: typeName(found),
      i: String(found.ino),
      h: String(found.nlink),
      u: String(found.uid),
      g: String(found.gid),
      U: owner,
      G: group,
      b: String(found.blocks),
      B: '512',
      o: String(found.blockSize),
      d: String(found.dev),
      f: found.mode.toString(16),
      X: String(Math.floor(found.atime / 1000)),
      Y: String(Math.floor(found.mtime / 1000)),
      Z: String(Math.floor(found.ctime / 1000)),
      W: String(Math.floor(found.birthtime / 1000)),
      x: time(found.atime),
      y: time(found.mtime, found.mtimeNanoseconds),
      z: time(found.ctime),
      w: time(found.birthtime),
      '%': '%',
    };
    const fill = (pattern: string): string =>
      pattern.replace(/%(-?\d*)([a-zA-Z%])/g, (whole, width: string, letter: string) =>
        width.startsWith('-') ? (fields[letter] ?? whole).padEnd(-Number(width)) : (fields[letter] ?? whole).padStart(Number(width)),
      );
    if (raw !== undefined) io.print(fill(unescape(raw, 'plain').text));
    else if (format !== undefined) io.print(`${fill(format)}\n`);
    else {
      io.print(
        `  File: ${shown}\n  Size: ${String(found.size).padEnd(10)}\tBlocks: ${String(found.blocks).padEnd(10)} IO Block: ${String(found.blockSize).padEnd(6)} ${typeName(found)}\n` +
          `Device: ${found.dev >> 8},${found.dev & 255}\tInode: ${String(found.ino).padEnd(11)} Links: ${found.nlink}\n` +
          `Access: (${octal.padStart(4, '0')}/${modeString(found.mode)})  Uid: (${String(found.uid).padStart(5)}/${owner.padStart(8)})   Gid: (${String(found.gid).padStart(5)}/${group.padStart(8)})\n` +
          `Access: ${fields['x']}\nModify: ${fields['y']}\nChange: ${fields['z']}\n Birth: ${fields['w']}\n`,
      );
    }
  }
});
