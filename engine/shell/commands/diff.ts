import { command, UsageError } from '../command/command.ts';
import type { CommandContext } from '../command/command.ts';
import { formatDate } from '../command/date-text.ts';
import { compareLines } from '../command/line-difference.ts';
import type { Hunk } from '../command/line-difference.ts';
import type { Options } from '../command/options.ts';
import { basename, join } from '../command/paths.ts';
import { isDirectory, stat } from '../command/stat.ts';
import { concat, decode } from '../codec.ts';
import { strerror } from '../errno.ts';
import { compareText } from '../order.ts';

export const diff = command('diff', (io) => {
  const options = io.options(
    {
      short: 'uU:qrNiwbBas',
      long: {
        unified: 'u',
        brief: 'q',
        recursive: 'r',
        'new-file': 'N',
        'ignore-case': 'i',
        'ignore-all-space': 'w',
        'ignore-space-change': 'b',
        color: 'color?',
        'report-identical-files': 's',
      },
    },
    2,
  );
  const [left, right, extra] = options.operands;
  if (left === undefined || right === undefined)
    throw new UsageError(left === undefined ? "missing operand after 'diff'" : `missing operand after '${left}'`, 2);
  if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`, 2);
  return compare(io, options, left, right, true);
});

function compare(io: CommandContext, options: Options, left: string, right: string, top: boolean): number {
  let [a, b] = [left, right];
  const [aDirectory, bDirectory] = [a !== '-' && isDirectory(stat(io.system, a)), b !== '-' && isDirectory(stat(io.system, b))];
  if (aDirectory && bDirectory) return compareDirectories(io, options, a, b);
  if (top && aDirectory) a = join(a, basename(b));
  else if (top && bDirectory) b = join(b, basename(a));
  const [before, after] = [read(io, a, options.has('N')), read(io, b, options.has('N'))];
  if (before === undefined || after === undefined) return 2;
  const normalize = (line: string): string => {
    let text = options.has('i') ? line.toLowerCase() : line;
    if (options.has('w')) text = text.replace(/\s+/g, '');
    else if (options.has('b')) text = text.replace(/\s+/g, ' ').trimEnd();
    return text;
  };
  const split = (text: string): string[] => (text === '' ? [] : text.split(/(?<=\n)/));
  const [x, y] = [split(before), split(after)];
  const hunks = compareLines(x.map(normalize), y.map(normalize));
  if (hunks.length === 0) {
    if (options.has('s')) io.print(`Files ${a} and ${b} are identical\n`);
    return 0;
  }
  if (options.has('q')) io.print(`Files ${a} and ${b} differ\n`);
  else if (before.includes('\0') || after.includes('\0')) io.print(`Binary files ${a} and ${b} differ\n`);
  else {
    if (!top)
      io.print(
        `diff ${io.args.filter((argument) => argument.startsWith('-') && argument !== '-').join(' ')} ${a} ${b}\n`.replace('  ', ' '),
      );
    if (options.has('u') || options.has('U')) unified(io, a, b, x, y, hunks, Number(options.value('U') ?? 3));
    else normal(io, x, y, hunks);
  }
  return 1;
}

function read(io: CommandContext, path: string, missingIsEmpty: boolean): string | undefined {
  const found = path === '-' ? 0 : stat(io.system, path);
  if (typeof found === 'number' && found < 0) {
    if (missingIsEmpty) return '';
    io.error(`${path}: ${strerror(found)}`, 2);
    return undefined;
  }
  const fd = io.openInput(path);
  if (fd === undefined) return undefined;
  const bytes = concat(Array.from(io.chunks(fd, path), (chunk) => chunk.slice()));
  io.closeInput(fd);
  return decode(bytes);
}

function compareDirectories(io: CommandContext, options: Options, left: string, right: string): number {
  const names = (path: string): string[] => {
    const entries = io.system.files.readdir(io.system.resolve(path));
    return typeof entries === 'number' ? [] : entries.map((entry) => entry.name);
  };
  const [a, b] = [new Set(names(left)), new Set(names(right))];
  let status = 0;
  for (const name of [...new Set([...a, ...b])].sort(compareText)) {
    const [x, y] = [join(left, name), join(right, name)];
    if ((!a.has(name) || !b.has(name)) && !options.has('N')) {
      io.print(`Only in ${(a.has(name) ? left : right).replace(/\/$/, '')}: ${name}\n`);
      status = Math.max(status, 1);
    } else if (isDirectory(stat(io.system, x)) && isDirectory(stat(io.system, y))) {
      if (options.has('r')) status = Math.max(status, compareDirectories(io, options, x, y));
      else io.print(`Common subdirectories: ${x} and ${y}\n`);
    } else status = Math.max(status, compare(io, options, x, y, false));
  }
  return status;
}

function line(prefix: string, text: string): string {
  return text.endsWith('\n') ? prefix + text : `${prefix}${text}\n\\ No newline at end of file\n`;
}

function normal(io: CommandContext, x: readonly string[], y: readonly string[], hunks: readonly Hunk[]): void {
  const range = (start: number, count: number): string =>
    count === 0 ? String(start) : count === 1 ? String(start + 1) : `${start + 1},${start + count}`;
  for (const { left, leftCount, right, rightCount } of hunks) {
    const kind = leftCount === 0 ? 'a' : rightCount === 0 ? 'd' : 'c';
    io.print(`${range(left, leftCount)}${kind}${range(right, rightCount)}\n`);
    for (const text of x.slice(left, left + leftCount)) io.print(line('< ', text));
    if (kind === 'c') io.print('---\n');
    for (const text of y.slice(right, right + rightCount)) io.print(line('> ', text));
  }
}

function unified(
  io: CommandContext,
  a: string,
  b: string,
  x: readonly string[],
  y: readonly string[],
  hunks: readonly Hunk[],
  context: number,
): void {
  const header = (path: string): string => {
    const found = path === '-' ? -1 : stat(io.system, path);
    const [milliseconds, nanoseconds] =
      typeof found === 'number' ? [path === '-' ? Date.now() : 0, 0] : [found.mtime, found.mtimeNanoseconds];
    return `${path}\t${formatDate('%Y-%m-%d %H:%M:%S.%N %z', milliseconds, false, nanoseconds)}`;
  };
  io.print(`--- ${header(a)}\n+++ ${header(b)}\n`);
  const range = (start: number, count: number): string => (count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`);
  for (let first = 0; first < hunks.length;) {
    let last = first;
    const end = (hunk: Hunk): number => hunk.left + hunk.leftCount;
    for (let next = hunks[last + 1]; next !== undefined && next.left - end(hunks[last] ?? next) <= context * 2; next = hunks[last + 1])
      last++;
    const group = hunks.slice(first, last + 1);
    const [head, tail] = [group[0], group.at(-1)];
    if (head === undefined || tail === undefined) return;
    const leading = Math.min(context, head.left);
    const trailing = Math.min(context, x.length - end(tail));
    const [leftStart, rightStart] = [head.left - leading, head.right - leading];
    const leftCount = end(tail) + trailing - leftStart;
    const rightCount = tail.right + tail.rightCount + trailing - rightStart;
    io.print(`@@ -${range(leftStart, leftCount)} +${range(rightStart, rightCount)} @@\n`);
    let at = leftStart;
    for (const hunk of group) {
      for (; at < hunk.left; at++) io.print(line(' ', x[at] ?? ''));
      for (const text of x.slice(hunk.left, end(hunk))) io.print(line('-', text));
      for (const text of y.slice(hunk.right, hunk.right + hunk.rightCount)) io.print(line('+', text));
      at = end(hunk);
    }
    for (const text of x.slice(at, at + trailing)) io.print(line(' ', text));
    first = last + 1;
  }
}
