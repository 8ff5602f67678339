import { command } from '../command/command.ts';
import type { CommandContext } from '../command/command.ts';
import { modeString } from '../command/mode.ts';
import type { Options } from '../command/options.ts';
import { join } from '../command/paths.ts';
import { quoteName } from '../command/quote-name.ts';
import { humanSize } from '../command/size.ts';
import { isDirectory, isLink, lstat, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFSOCK, stat } from '../command/stat.ts';
import type { Stat } from '../command/stat.ts';
import { accountName } from '../command/users.ts';
import { strerror } from '../errno.ts';
import { displayWidth } from '../interactive/width.ts';
import { compareText } from '../order.ts';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
  readonly target: string | undefined;
}

interface Style {
  readonly long: boolean;
  readonly columns: number;
  readonly color: boolean;
  readonly human: boolean;
  readonly classify: '' | 'p' | 'F';
  readonly options: Options;
}

const LONG = {
  all: 'a',
  'almost-all': 'A',
  directory: 'd',
  'human-readable': 'h',
  recursive: 'R',
  reverse: 'r',
  classify: 'F?',
  color: 'color?',
  inode: 'i',
  size: 's',
  'numeric-uid-gid': 'n',
  'no-group': 'G',
  dereference: 'L',
  'group-directories-first': 'dirs',
  'full-time': 'full-time',
  sort: 'sort:',
  time: 'time:',
  literal: 'N',
} as const;
const SIX_MONTHS = 31_556_952_000 / 2;

export const ls = command('ls', (io) => {
  const options = io.options({ short: 'aAdhlnrRStFpiskLHGgoU1XcuvfCxmNqbQB', long: LONG }, 2);
  const terminal = io.system.isTerminal(1);
  const layout = options.last('l', 'n', 'g', 'o', '1', 'C', 'x', 'm');
  const size = io.system.windowSize(1);
  const when = options.value('color');
  const style: Style = {
    long: (layout !== undefined && 'lngo'.includes(layout)) || options.has('full-time'),
    columns:
      layout === 'C' || layout === 'x' || (layout === undefined && terminal)
        ? typeof size === 'number' || size.columns === 0
          ? 80
          : size.columns
        : 0,
    color: options.has('color') && (when === '' || when === 'always' || (when === 'auto' && terminal)),
    human: options.has('h'),
    classify: options.has('F') ? 'F' : options.has('p') ? 'p' : '',
    options,
  };
  const files: Entry[] = [];
  const directories: Entry[] = [];
  const operands = options.operands.length === 0 ? ['.'] : options.operands;
  for (const operand of operands) {
    // A link named on the command line is followed unless its own details are asked for.
    const own = lstat(io.system, operand);
    const follow = options.has('L') || options.has('H') || (!style.long && style.classify !== 'F') || operand.endsWith('/');
    const target = isLink(own) && follow && !options.has('d') ? stat(io.system, operand) : own;
    const found = typeof target === 'number' && typeof own !== 'number' ? own : target;
    if (typeof found === 'number') {
      io.error(`cannot access ${quoteName(operand)}: ${strerror(found)}`, 2);
      continue;
    }
    const entry: Entry = { name: operand, path: operand, stat: found, target: linkTarget(io, operand, found) };
    if (isDirectory(found) && !options.has('d')) directories.push(entry);
    else files.push(entry);
  }
  const order = comparison(options);
  files.sort(order);
  directories.sort(order);
  if (files.length > 0) show(io, files, style, directories);
  let first = files.length === 0;
  const headings = operands.length > 1 || options.has('R');
  for (const directory of directories) first = list(io, directory.path, style, headings, first);
});

function linkTarget(io: CommandContext, path: string, found: Stat): string | undefined {
  if (!isLink(found)) return undefined;
  const target = io.system.files.readlink(io.system.resolve(path));
  return typeof target === 'string' ? target : undefined;
}

function comparison(options: Options): (a: Entry, b: Entry) => number {
  const sort = options.value('sort');
  const key = options.last('S', 't', 'U', 'X', 'v', 'f', 'sort');
  const time = options.last('c', 'u') === 'u' ? 'atime' : options.has('c') ? 'ctime' : 'mtime';
  const extension = (name: string): string => /\.[^.]*$/.exec(name)?.[0] ?? '';
  const byName = (a: Entry, b: Entry): number => compareText(a.name, b.name);
  let order = byName;
  if (key === 'S' || sort === 'size') order = (a, b) => b.stat.size - a.stat.size || byName(a, b);
  else if (key === 't' || sort === 'time')
    order = (a, b) => b.stat[time] - a.stat[time] || b.stat.mtimeNanoseconds - a.stat.mtimeNanoseconds || byName(a, b);
  else if (key === 'X' || sort === 'extension') order = (a, b) => compareText(extension(a.name), extension(b.name)) || byName(a, b);
  else if (key === 'v' || sort === 'version') order = (a, b) => a.name.localeCompare(b.name, 'en', { numeric: true });
  else if (key === 'U' || key === 'f' || sort === 'none') order = () => 0;
  const direction = options.has('r') ? -1 : 1;
  const directoriesFirst = options.has('dirs');
  return (a, b) => (directoriesFirst ? Number(isDirectory(b.stat)) - Number(isDirectory(a.stat)) : 0) || direction * order(a, b);
}

/** Lists one directory (and with -R what is below); returns whether nothing has been printed yet. */
function list(io: CommandContext, path: string, style: Style, heading: boolean, first: boolean): boolean {
  const { options } = style;
  const names = io.system.files.readdir(io.system.resolve(path));
  if (typeof names === 'number') {
    io.error(`cannot open directory ${quoteName(path)}: ${strerror(names)}`, 2);
    return first;
  }
  if (heading) io.print(`${first ? '' : '\n'}${path}:\n`);
  const all = options.has('a') || options.has('f');
  const shown = names
    .map((entry) => entry.name)
    .filter((name) => all || options.has('A') || !name.startsWith('.'))
    .filter((name) => !options.has('B') || !name.endsWith('~'));
  if (all) shown.push('.', '..');
  const entries: Entry[] = [];
  for (const name of shown) {
    const full = join(path, name);
    const found = options.has('L') ? stat(io.system, full) : lstat(io.system, full);
    if (typeof found === 'number') io.error(`cannot access ${quoteName(full)}: ${strerror(found)}`);
    else entries.push({ name, path: full, stat: found, target: linkTarget(io, full, found) });
  }
  entries.sort(comparison(options));
  if (style.long || options.has('s')) {
    const blocks = entries.reduce((sum, entry) => sum + entry.stat.blocks, 0);
    io.print(`total ${style.human ? humanSize(blocks * 512) : Math.ceil(blocks / 2)}\n`);
  }
  show(io, entries, style);
  if (options.has('R'))
    for (const entry of entries)
      if (isDirectory(entry.stat) && entry.name !== '.' && entry.name !== '..') list(io, entry.path, style, true, false);
  return false;
}

function colorOf(io: CommandContext, entry: Entry): string {
  const { mode } = entry.stat;
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return '01;34';
    case S_IFLNK:
      return typeof stat(io.system, entry.path) === 'number' ? '01;31' : '01;36';
    case S_IFIFO:
      return '33';
    case S_IFSOCK:
      return '01;35';
    case S_IFCHR:
      return '01;33';
    default:
      break;
  }
  if ((mode & 0o111) !== 0) return '01;32';
  if (/\.(tar|tgz|zip|gz|bz2|xz|zst|br)$/i.test(entry.name)) return '01;31';
  if (/\.(png|jpe?g|gif|webp|avif|svg|ico|mp4|webm)$/i.test(entry.name)) return '01;35';
  return '';
}

function indicator(mode: number, style: Style): string {
  if (style.classify === '') return '';
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return '/';
    case S_IFLNK:
      return style.classify === 'F' ? '@' : '';
    case S_IFIFO:
      return style.classify === 'F' ? '|' : '';
    case S_IFSOCK:
      return style.classify === 'F' ? '=' : '';
    default:
      return style.classify === 'F' && (mode & 0o111) !== 0 && (mode & S_IFMT) !== S_IFCHR ? '*' : '';
  }
}

/** A name as it is shown; on a terminal names with unusual characters are quoted so that they can be typed. */
function display(io: CommandContext, entry: Entry, style: Style): { readonly text: string; readonly width: number } {
  const strange = /[^A-Za-z0-9_@%+=:,./\-\u00a1-\u{10ffff}~#^\]{}]/u.test(entry.name) || entry.name === '';
  const name = io.system.isTerminal(1) && strange && !style.options.has('N') ? quoteName(entry.name) : entry.name;
  const color = style.color ? colorOf(io, entry) : '';
  const mark = style.long && entry.target !== undefined ? '' : indicator(entry.stat.mode, style);
  return { text: (color === '' ? name : `\x1b[${color}m${name}\x1b[0m`) + mark, width: displayWidth(name + mark) };
}

/** `others` take part in the widths of columns: directories whose content follows. */
function show(io: CommandContext, entries: readonly Entry[], style: Style, others: readonly Entry[] = []): void {
  if (style.long) {
    showLong(io, entries, style, others);
    return;
  }
  const inodes = style.options.has('i');
  const blocks = style.options.has('s');
  const inodeWidth = Math.max(0, ...entries.map((entry) => String(entry.stat.ino).length));
  const blockText = (entry: Entry): string => (style.human ? humanSize(entry.stat.blocks * 512) : String(Math.ceil(entry.stat.blocks / 2)));
  const blockWidth = Math.max(0, ...entries.map((entry) => blockText(entry).length));
  const cells = entries.map((entry) => {
    const { text, width } = display(io, entry, style);
    const prefix =
      (inodes ? `${String(entry.stat.ino).padStart(inodeWidth)} ` : '') + (blocks ? `${blockText(entry).padStart(blockWidth)} ` : '');
    return { text: prefix + text, width: prefix.length + width };
  });
  if (style.options.last('m', '1', 'C', 'l') === 'm') {
    if (cells.length > 0) io.print(`${cells.map((cell) => cell.text).join(', ')}\n`);
    return;
  }
  if (style.columns === 0) {
    for (const cell of cells) io.print(`${cell.text}\n`);
    return;
  }
  if (cells.length === 0) return;
  // The fewest rows whose columns fit side by side.
  for (let rows = 1; ; rows++) {
    const columns = Math.ceil(cells.length / rows);
    const widths = Array.from({ length: columns }, (_, column) =>
      Math.max(...cells.slice(column * rows, (column + 1) * rows).map((cell) => cell.width)),
    );
    const total = widths.reduce((sum, width) => sum + width + 2, -2);
    if (total > style.columns - 1 && rows < cells.length) continue;
    for (let row = 0; row < rows; row++) {
      let line = '';
      for (let column = 0; column < columns; column++) {
        const cell = cells[column * rows + row];
        if (cell === undefined) break;
        const last = cells[(column + 1) * rows + row] === undefined;
        line += cell.text + (last ? '' : ' '.repeat((widths[column] ?? 0) + 2 - cell.width));
      }
      io.print(`${line}\n`);
    }
    return;
  }
}

function timeText(milliseconds: number, now: number, full: boolean, nanoseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (full) {
    const offset = -date.getTimezoneOffset();
    const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}:${two(date.getSeconds())}.${String(nanoseconds).padStart(9, '0')} ${zone}`;
  }
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][date.getMonth()];
  const recent = milliseconds <= now && milliseconds > now - SIX_MONTHS;
  return `${month} ${String(date.getDate()).padStart(2)} ${recent ? clock : String(date.getFullYear()).padStart(5)}`;
}

function showLong(io: CommandContext, entries: readonly Entry[], style: Style, others: readonly Entry[]): void {
  const { options } = style;
  const numeric = options.has('n');
  const now = Date.now();
  const time = options.last('c', 'u') === 'u' ? 'atime' : options.has('c') ? 'ctime' : 'mtime';
  const names = new Map<string, string>();
  const account = (file: '/etc/passwd' | '/etc/group', id: number): string => {
    const key = `${file}:${id}`;
    const known = names.get(key) ?? (numeric ? String(id) : accountName(io.system, file, id));
    names.set(key, known);
    return known;
  };
  const rows = [...entries, ...others].map((entry) => {
    const { stat: found } = entry;
    const device = (found.mode & S_IFMT) === S_IFCHR;
    return {
      inode: String(found.ino),
      blocks: style.human ? humanSize(found.blocks * 512) : String(Math.ceil(found.blocks / 2)),
      mode: modeString(found.mode),
      links: String(found.nlink),
      owner: account('/etc/passwd', found.uid),
      group: account('/etc/group', found.gid),
      size: device ? `${found.rdev >> 8}, ${found.rdev & 255}` : style.human ? humanSize(found.size) : String(found.size),
      time: timeText(found[time], now, options.has('full-time'), found.mtimeNanoseconds),
      name: display(io, entry, style).text + (entry.target === undefined ? '' : ` -> ${entry.target}`),
    };
  });
  const width = (key: 'inode' | 'blocks' | 'links' | 'owner' | 'group' | 'size'): number =>
    Math.max(0, ...rows.map((row) => row[key].length));
  const widths = {
    inode: width('inode'),
    blocks: width('blocks'),
    links: width('links'),
    owner: width('owner'),
    group: width('group'),
    size: width('size'),
  };
  for (const row of rows.slice(0, entries.length)) {
    const cells = [
      ...(options.has('i') ? [row.inode.padStart(widths.inode)] : []),
      ...(options.has('s') ? [row.blocks.padStart(widths.blocks)] : []),
      row.mode,
      row.links.padStart(widths.links),
      ...(options.has('g') ? [] : [row.owner.padEnd(widths.owner)]),
      ...(options.has('o') || options.has('G') ? [] : [row.group.padEnd(widths.group)]),
      row.size.padStart(widths.size),
      row.time,
      row.name,
    ];
    io.print(`${cells.join(' ')}\n`);
  }
}
