import { command } from '../command/command.ts';
import type { CommandContext } from '../command/command.ts';
import { modeString } from '../command/mode.ts';
import { dirname, join } from '../command/paths.ts';
import { quoteName } from '../command/quote-name.ts';
import { runCommand } from '../command/run.ts';
import { isDirectory, lstat, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK, stat } from '../command/stat.ts';
import type { Stat } from '../command/stat.ts';
import { unescape } from '../command/format.ts';
import { basicToJavaScript, extendedToJavaScript } from '../command/regular-expression.ts';
import { strerror } from '../errno.ts';
import { patternToRegExp } from '../expansion/pattern.ts';

interface Found {
  readonly path: string;
  readonly base: string;
  readonly depth: number;
  readonly stat: Stat;
}

type Test = (found: Found) => boolean;

const TYPES: Record<string, number> = { f: S_IFREG, d: S_IFDIR, l: S_IFLNK, p: S_IFIFO, s: S_IFSOCK, c: S_IFCHR, b: S_IFBLK };

/** Builds the tests and actions of an expression, then walks the starting points. */
class Finder {
  private readonly io: CommandContext;
  private readonly words: readonly string[];
  private position = 0;
  private minimum = 0;
  private maximum = Infinity;
  private depthFirst = false;
  private hasAction = false;
  private pruned = false;
  private stopped = false;
  private readonly batches: { readonly words: readonly string[]; paths: string[]; readonly directory: boolean }[] = [];
  private readonly follow: boolean;

  constructor(io: CommandContext, words: readonly string[], follow: boolean) {
    this.io = io;
    this.words = words;
    this.follow = follow;
  }

  run(starts: readonly string[]): void {
    let test = this.words.length === 0 ? (): boolean => true : this.or();
    const extra = this.words[this.position];
    if (extra !== undefined)
      this.io.fail(extra === ')' ? "invalid expression; you have too many ')'" : `paths must precede expression: \`${extra}'`);
    if (!this.hasAction) {
      const condition = test;
      test = (found) => condition(found) && this.print(found, '\n');
    }
    for (const start of starts) if (!this.stopped) this.visit(start, basenameOf(start), 0, test);
    for (const batch of this.batches) this.flushBatch(batch);
  }

  private print(found: Found, end: string): boolean {
    this.io.print(found.path + end);
    return true;
  }

  private visit(path: string, base: string, depth: number, test: Test): void {
    const { io } = this;
    const own = lstat(io.system, path);
    const target = this.follow ? stat(io.system, path) : own;
    const found = typeof target === 'number' ? own : target;
    if (typeof found === 'number') {
      io.error(`‘${path}’: ${strerror(found)}`);
      return;
    }
    const entry: Found = { path, base, depth, stat: found };
    this.pruned = false;
    if (!this.depthFirst && depth >= this.minimum) test(entry);
    const pruned = this.pruned && !this.depthFirst;
    if (isDirectory(found) && !pruned && depth < this.maximum && !this.stopped) {
      const entries = io.system.files.readdir(io.system.resolve(path));
      if (typeof entries === 'number') {
        // A directory that an action has just removed is no longer there to walk.
        if (typeof lstat(io.system, path) !== 'number') io.error(`‘${path}’: ${strerror(entries)}`);
      } else for (const child of entries) if (!this.stopped) this.visit(join(path, child.name), child.name, depth + 1, test);
    }
    if (this.depthFirst && depth >= this.minimum && !this.stopped) test(entry);
  }

  private or(): Test {
    let left = this.and();
    while (['-o', '-or', ','].includes(this.words[this.position] ?? '')) {
      const comma = this.words[this.position++] === ',';
      const [a, b] = [left, this.and()];
      left = comma ? (found) => (a(found), b(found)) : (found) => a(found) || b(found);
    }
    return left;
  }

  private and(): Test {
    let left = this.not();
    for (;;) {
      const word = this.words[this.position];
      if (word === undefined || word === ')' || word === '-o' || word === '-or' || word === ',') return left;
      if (word === '-a' || word === '-and') this.position++;
      const [a, b] = [left, this.not()];
      left = (found) => a(found) && b(found);
    }
  }

  private not(): Test {
    const word = this.words[this.position];
    if (word === '!' || word === '-not') {
      this.position++;
      const inner = this.not();
      return (found) => !inner(found);
    }
    if (word === '(') {
      this.position++;
      const inner = this.or();
      if (this.words[this.position] !== ')')
        this.io.fail("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      this.position++;
      return inner;
    }
    return this.primary();
  }

  private argument(name: string): string {
    const word = this.words[this.position++];
    return word ?? this.io.fail(`missing argument to \`${name}'`);
  }

  /** `5`, `+5`, `-5` as a comparison. */
  private comparison(name: string, text = this.argument(name)): (value: number) => boolean {
    const match = /^([-+]?)(\d+(?:\.\d+)?)$/.exec(text);
    if (match === null) return this.io.fail(`invalid argument \`${text}' to \`${name}'`);
    const wanted = Number(match[2]);
    return (value) => (match[1] === '+' ? value > wanted : match[1] === '-' ? value < wanted : value === wanted);
  }

  private primary(): Test {
    const name = this.words[this.position++] ?? this.io.fail('invalid expression; expected an expression');
    const pattern = (flags = ''): RegExp => patternToRegExp(this.argument(name), flags);
    switch (name) {
      case '-name':
      case '-iname': {
        const expression = pattern(name === '-iname' ? 'i' : '');
        return (found) => expression.test(found.base);
      }
      case '-path':
      case '-wholename':
      case '-ipath': {
        const expression = pattern(name === '-ipath' ? 'i' : '');
        return (found) => expression.test(found.path);
      }
      case '-regex':
      case '-iregex': {
        const expression = new RegExp(
          `^(?:${this.extended ? extendedToJavaScript(this.argument(name)) : basicToJavaScript(this.argument(name))})$`,
          name === '-iregex' ? 'ui' : 'u',
        );
        return (found) => expression.test(found.path);
      }
      case '-regextype':
        this.extended = /extended|egrep/.test(this.argument(name));
        return () => true;
      case '-type': {
        const types = this.argument(name)
          .split(',')
          .map((letter) => TYPES[letter] ?? this.io.fail(`Unknown argument to -type: ${letter}`));
        return (found) => types.includes(found.stat.mode & S_IFMT);
      }
      case '-maxdepth':
        this.maximum = Number(this.argument(name));
        return () => true;
      case '-mindepth':
        this.minimum = Number(this.argument(name));
        return () => true;
      case '-depth':
        this.depthFirst = true;
        return () => true;
      case '-xdev':
      case '-mount':
      case '-noleaf':
      case '-daystart':
      case '-true':
        return () => true;
      case '-false':
        return () => false;
      case '-empty':
        return (found) => {
          if (isDirectory(found.stat)) {
            const entries = this.io.system.files.readdir(this.io.system.resolve(found.path));
            return typeof entries !== 'number' && entries.length === 0;
          }
          return (found.stat.mode & S_IFMT) === S_IFREG && found.stat.size === 0;
        };
      case '-size': {
        const text = this.argument(name);
        const unit = { c: 1, w: 2, b: 512, k: 1024, M: 1048576, G: 1073741824 }[text.slice(-1)] ?? 512;
        const compare = this.comparison(name, text.replace(/[a-zA-Z]$/, ''));
        return (found) => compare(Math.ceil(found.stat.size / unit));
      }
      case '-mtime':
      case '-atime':
      case '-ctime':
      case '-mmin':
      case '-amin':
      case '-cmin': {
        const compare = this.comparison(name);
        const key = ({ m: 'mtime', a: 'atime', c: 'ctime' } as const)[name[1] as 'm' | 'a' | 'c'];
        const unit = name.endsWith('min') ? 60_000 : 86_400_000;
        const now = Date.now();
        return (found) => compare(Math.floor((now - found.stat[key]) / unit));
      }
      case '-newer': {
        const reference = this.argument(name);
        const other = stat(this.io.system, reference);
        if (typeof other === 'number') return this.io.fail(`‘${reference}’: ${strerror(other)}`);
        return (found) => found.stat.mtime > other.mtime;
      }
      case '-perm': {
        const text = this.argument(name);
        const bits = parseInt(text.replace(/^[-/]/, ''), 8);
        if (Number.isNaN(bits)) return this.io.fail(`invalid mode ${quoteName(text)}`);
        return (found) => {
          const mode = found.stat.mode & 0o7777;
          return text.startsWith('-') ? (mode & bits) === bits : text.startsWith('/') ? bits === 0 || (mode & bits) !== 0 : mode === bits;
        };
      }
      case '-links': {
        const compare = this.comparison(name);
        return (found) => compare(found.stat.nlink);
      }
      case '-inum': {
        const compare = this.comparison(name);
        return (found) => compare(found.stat.ino);
      }
      case '-executable':
        return (found) => this.io.system.files.access(this.io.system.resolve(found.path), 1) === 0;
      case '-readable':
        return (found) => this.io.system.files.access(this.io.system.resolve(found.path), 4) === 0;
      case '-writable':
        return (found) => this.io.system.files.access(this.io.system.resolve(found.path), 2) === 0;
      case '-prune':
        return () => (this.pruned = true);
      case '-quit':
        this.hasAction = true;
        return () => (this.stopped = true);
      case '-print':
      case '-print0':
        this.hasAction = true;
        return (found) => this.print(found, name === '-print0' ? '\0' : '\n');
      case '-printf': {
        this.hasAction = true;
        const format = unescape(this.argument(name), 'plain').text;
        return (found) => (this.io.print(this.printf(format, found)), true);
      }
      case '-ls':
        return this.io.fail('-ls is not supported');
      case '-delete':
        this.hasAction = true;
        this.depthFirst = true;
        return (found) => {
          if (found.path === '.') return true;
          const path = this.io.system.resolve(found.path);
          const result = isDirectory(found.stat) ? this.io.system.files.rmdir(path) : this.io.system.files.unlink(path);
          if (result < 0) this.io.error(`cannot delete ‘${found.path}’: ${strerror(result)}`);
          return result >= 0;
        };
      case '-exec':
      case '-execdir':
      case '-ok':
        return this.exec(name);
      default:
        return this.io.fail(name.startsWith('-') ? `unknown predicate \`${name}'` : `paths must precede expression: \`${name}'`);
    }
  }

  private extended = false;

  private exec(name: string): Test {
    this.hasAction = true;
    const words: string[] = [];
    for (;;) {
      const word = this.words[this.position++];
      if (word === undefined) return this.io.fail(`missing argument to \`${name}'`);
      if (word === ';' || (word === '+' && words.at(-1) === '{}')) {
        if (word === '+') {
          const batch = { words: words.slice(0, -1), paths: [] as string[], directory: name === '-execdir' };
          this.batches.push(batch);
          return (found) => {
            batch.paths.push(found.path);
            if (batch.paths.length >= 2000) this.flushBatch(batch);
            return true;
          };
        }
        break;
      }
      words.push(word);
    }
    const directory = name === '-execdir';
    return (found) => {
      const replaced = words.map((word) => word.replaceAll('{}', () => (directory ? `./${found.base}` : found.path)));
      this.io.flush();
      return (
        runCommand(this.io, replaced, { cwd: directory ? this.io.system.resolve(dirname(found.path)) : undefined, quoted: true }) === 0
      );
    };
  }

  private flushBatch(batch: { readonly words: readonly string[]; paths: string[] }): void {
    if (batch.paths.length === 0) return;
    this.io.flush();
    if (runCommand(this.io, [...batch.words, ...batch.paths], { quoted: true }) !== 0) this.io.status = 1;
    batch.paths = [];
  }

  private printf(format: string, found: Found): string {
    return format.replace(/%(-?\d*)([pfhsmMydlPTi%])([@+a-zA-Z])?/g, (whole, width: string, letter: string, extra: string | undefined) => {
      const values: Record<string, string> = {
        p: found.path,
        f: found.base,
        h: dirname(found.path),
        s: String(found.stat.size),
        m: (found.stat.mode & 0o7777).toString(8),
        M: modeString(found.stat.mode),
        d: String(found.depth),
        i: String(found.stat.ino),
        y: Object.entries(TYPES).find(([, type]) => type === (found.stat.mode & S_IFMT))?.[0] ?? 'U',
        P: found.path
          .split('/')
          .slice(-found.depth || Infinity)
          .join('/'),
        '%': '%',
        l: '',
      };
      if (letter === 'l') {
        const target = this.io.system.files.readlink(this.io.system.resolve(found.path));
        return typeof target === 'string' ? target : '';
      }
      if (letter === 'T') return extra === '@' ? (found.stat.mtime / 1000).toFixed(10) : whole;
      const text = values[letter] ?? whole;
      const size = Math.abs(Number(width));
      return (width.startsWith('-') ? text.padEnd(size) : text.padStart(size)) + (extra ?? '');
    });
  }
}

function basenameOf(path: string): string {
  const trimmed = path.replace(/(.)\/+$/, '$1');
  return trimmed === '/' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

export const find = command('find', (io) => {
  const words = [...io.args];
  let follow = false;
  while (/^-[HLP]$/.test(words[0] ?? '')) follow = words.shift() === '-L';
  const starts: string[] = [];
  while (words[0] !== undefined && !/^(-.|[!()]$|,$)/.test(words[0])) starts.push(words.shift() ?? '');
  new Finder(io, words, follow).run(starts.length === 0 ? ['.'] : starts);
});
