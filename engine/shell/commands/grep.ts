import { command, UsageError } from '../command/command.ts';
import type { CommandContext } from '../command/command.ts';
import type { Options } from '../command/options.ts';
import { join } from '../command/paths.ts';
import { basicToJavaScript, extendedToJavaScript } from '../command/regular-expression.ts';
import { isDirectory, isLink, lstat, stat } from '../command/stat.ts';
import { decode } from '../codec.ts';
import { strerror } from '../errno.ts';
import { escapeRegExp, patternToRegExp } from '../expansion/pattern.ts';
import { readAll } from '../command/read.ts';

const LONG = {
  'extended-regexp': 'E',
  'fixed-strings': 'F',
  'basic-regexp': 'G',
  'perl-regexp': 'P',
  regexp: 'e:',
  file: 'f:',
  'ignore-case': 'i',
  'no-ignore-case': 'noi',
  'invert-match': 'v',
  'word-regexp': 'w',
  'line-regexp': 'x',
  count: 'c',
  color: 'color?',
  colour: 'color?',
  'files-without-match': 'L',
  'files-with-matches': 'l',
  'max-count': 'm:',
  'only-matching': 'o',
  quiet: 'q',
  silent: 'q',
  'no-messages': 's',
  'with-filename': 'H',
  'no-filename': 'h',
  'line-number': 'n',
  null: 'Z',
  'null-data': 'z',
  'after-context': 'A:',
  'before-context': 'B:',
  context: 'C:',
  text: 'a',
  include: 'include:',
  exclude: 'exclude:',
  'exclude-dir': 'exclude-dir:',
  recursive: 'r',
  'dereference-recursive': 'R',
  'byte-offset': 'b',
  'line-buffered': 'line-buffered',
  'binary-files': 'binary:',
} as const;

interface Search {
  readonly expression: RegExp;
  readonly options: Options;
  readonly names: boolean;
  readonly color: boolean;
  readonly before: number;
  readonly after: number;
  readonly limit: number;
}

/** Exit status 0 when a line was selected, 1 when none, 2 after an error. */
function main(io: CommandContext, kind: '' | 'E' | 'F'): number {
  const options = io.options({ short: 'EFGPe:f:ivwxcLlm:oqsHhnZzA:B:C:arRbIUy', long: LONG, numeric: true }, 2);
  const operands = [...options.operands];
  const patterns: string[] = [];
  for (const text of options.values('e')) patterns.push(...text.split('\n'));
  for (const file of options.values('f')) {
    const bytes = file === '-' ? readAll(io.system, 0) : io.system.files.readFile(io.system.resolve(file));
    if (typeof bytes === 'number') return io.fail(`${file}: ${strerror(bytes)}`, 2);
    const text = decode(bytes);
    if (text !== '') patterns.push(...text.replace(/\n$/, '').split('\n'));
  }
  if (!options.has('e') && !options.has('f')) {
    const first = operands.shift();
    if (first === undefined) throw new UsageError('usage: grep [OPTION]... PATTERNS [FILE]...', 2);
    patterns.push(...first.split('\n'));
  }
  const recursive = options.has('r') || options.has('R');
  const files = operands.length > 0 ? operands : [recursive ? '.' : '-'];
  const when = options.value('color');
  const context = (name: string): number => {
    const text = options.value(name) ?? options.value('C') ?? options.value('number');
    return text === undefined ? 0 : Number(text);
  };
  const search: Search = {
    expression: compile(io, patterns, options, kind),
    options,
    names: options.has('H') || (!options.has('h') && (files.length > 1 || recursive)),
    color: when !== undefined && (when === '' || when === 'always' || (when === 'auto' && io.system.isTerminal(1))),
    before: context('B'),
    after: context('A'),
    limit: Number(options.value('m') ?? Infinity),
  };
  let selected = false;
  for (const file of files) {
    selected = searchPath(io, file, search, recursive, true, operands.length === 0 && recursive) || selected;
    if (selected && options.has('q')) return 0;
  }
  if (io.status > 0) return 2;
  return selected ? 0 : 1;
}

export const grep = command('grep', (io) => main(io, ''));
export const egrep = command('egrep', (io) => main(io, 'E'));
export const fgrep = command('fgrep', (io) => main(io, 'F'));

function compile(io: CommandContext, patterns: readonly string[], options: Options, kind: string): RegExp {
  const syntax = options.last('E', 'F', 'G', 'P') ?? kind;
  try {
    const sources = patterns.map((pattern) => {
      if (syntax === 'F') return escapeRegExp(pattern);
      if (syntax === 'E') return extendedToJavaScript(pattern);
      if (syntax === 'P') return pattern;
      return basicToJavaScript(pattern);
    });
    // Back references count groups of their own pattern only, so a single pattern stays as it is.
    let source = sources.length === 1 ? `(?:${sources[0]})` : sources.map((one) => `(?:${one})`).join('|');
    if (sources.length === 0) source = '[^\\s\\S]';
    if (options.has('x')) source = `^(?:${source})$`;
    else if (options.has('w')) source = `(?<![\\p{L}\\p{Nd}_])(?:${source})(?![\\p{L}\\p{Nd}_])`;
    const flags = (options.has('i') || options.has('y')) && options.last('i', 'noi', 'y') !== 'noi' ? 'gui' : 'gu';
    return new RegExp(source, flags);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return io.fail(error.message.replace(/^Invalid regular expression: .*: /, ''), 2);
  }
}

function skipped(search: Search, name: string, directory: boolean): boolean {
  const matches = (option: string): boolean => search.options.values(option).some((pattern) => patternToRegExp(pattern).test(name));
  if (directory) return matches('exclude-dir');
  return matches('exclude') || (search.options.has('include') && !matches('include'));
}

function searchPath(io: CommandContext, path: string, search: Search, recursive: boolean, top: boolean, hideDot = false): boolean {
  const quiet = search.options.has('s');
  if (path !== '-') {
    const found = top || search.options.has('R') ? stat(io.system, path) : lstat(io.system, path);
    if (typeof found === 'number') {
      if (quiet) io.status = Math.max(io.status, 2);
      else io.error(`${path}: ${strerror(found)}`, 2);
      return false;
    }
    if (isLink(found)) return false;
    const name = path.slice(path.replace(/\/+$/, '').lastIndexOf('/') + 1);
    if (isDirectory(found)) {
      if (!recursive) {
        io.error(`${path}: Is a directory`, 0);
        return false;
      }
      if (!top && skipped(search, name, true)) return false;
      const entries = io.system.files.readdir(io.system.resolve(path));
      if (typeof entries === 'number') {
        io.error(`${path}: ${strerror(entries)}`, 2);
        return false;
      }
      let selected = false;
      for (const entry of entries) {
        selected = searchPath(io, hideDot ? entry.name : join(path, entry.name), search, recursive, false) || selected;
        if (selected && search.options.has('q')) return true;
      }
      return selected;
    }
    if (skipped(search, name, false)) return false;
  }
  const fd = path === '-' ? 0 : io.system.open(io.system.resolve(path), 0, 0);
  if (fd < 0) {
    if (!quiet) io.error(`${path}: ${strerror(fd)}`, 2);
    else io.status = Math.max(io.status, 2);
    return false;
  }
  const selected = searchFile(io, fd, path === '-' ? '(standard input)' : path, search);
  io.closeInput(fd);
  return selected;
}

function searchFile(io: CommandContext, fd: number, name: string, search: Search): boolean {
  const { expression, options, color } = search;
  const paint = (code: string, text: string): string => (color ? `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K` : text);
  const silent = options.has('q') || options.has('l') || options.has('L') || options.has('c');
  const prefix = (line: number, separator: string): string =>
    (search.names ? paint('35', name) + (options.has('Z') ? '\0' : paint('36', separator)) : '') +
    (options.has('n') ? paint('32', String(line)) + paint('36', separator) : '');
  const earlier: { line: number; text: string }[] = [];
  let selected = 0;
  let line = 0;
  let trailing = 0;
  let lastShown = 0;
  for (const { text } of io.lines(fd, options.has('z') ? 0 : 10, name)) {
    line++;
    expression.lastIndex = 0;
    const matched = expression.test(text) !== options.has('v');
    if (matched) {
      selected++;
      if (options.has('q')) return true;
      if (!silent) {
        if (text.includes('\0') && !options.has('a') && !options.has('z')) {
          io.print(`grep: ${name}: binary file matches\n`);
          return true;
        }
        const contextual = search.before > 0 || search.after > 0;
        if (contextual && lastShown > 0 && line - earlier.length > lastShown + 1) io.print(`${paint('36', '--')}\n`);
        for (const entry of earlier) io.print(`${prefix(entry.line, '-')}${entry.text}\n`);
        earlier.length = 0;
        if (options.has('o')) {
          // matchAll starts where the last test left off.
          expression.lastIndex = 0;
          if (!options.has('v'))
            for (const match of text.matchAll(expression))
              if (match[0] !== '') io.print(`${prefix(line, ':')}${paint('01;31', match[0])}\n`);
        } else
          io.print(
            `${prefix(line, ':')}${color && !options.has('v') ? text.replace(expression, (whole) => (whole === '' ? '' : paint('01;31', whole))) : text}\n`,
          );
        lastShown = line;
        trailing = search.after;
      }
      if (options.has('l') || options.has('L')) break;
      if (selected >= search.limit && trailing === 0) break;
    } else if (!silent && trailing > 0) {
      io.print(`${prefix(line, '-')}${text}\n`);
      lastShown = line;
      trailing--;
      if (selected >= search.limit && trailing === 0) break;
    } else if (!silent && search.before > 0) {
      earlier.push({ line, text });
      if (earlier.length > search.before) earlier.shift();
    }
  }
  if (options.has('c') && !options.has('q')) io.print(`${search.names ? paint('35', name) + paint('36', ':') : ''}${selected}\n`);
  const end = options.has('Z') ? '\0' : '\n';
  if (options.has('l') && selected > 0) io.print(paint('35', name) + end);
  if (options.has('L')) {
    if (selected === 0) io.print(paint('35', name) + end);
    return selected === 0;
  }
  return selected > 0;
}
