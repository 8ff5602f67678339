import type { System } from '../../system/types.ts';
import { compareText } from '../order.ts';
import { lstat, stat, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } from './stat.ts';

/** A `test` expression that is none: exit status 2. */
export class TestError extends Error {}

const UNARY = new Set([
  '-b',
  '-c',
  '-d',
  '-e',
  '-f',
  '-g',
  '-h',
  '-k',
  '-L',
  '-n',
  '-p',
  '-r',
  '-s',
  '-S',
  '-t',
  '-u',
  '-w',
  '-x',
  '-z',
  '-O',
  '-G',
  '-v',
  '-o',
]);
const BINARY = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']);

export function isUnary(operator: string): boolean {
  return UNARY.has(operator);
}

export function isBinary(operator: string): boolean {
  return BINARY.has(operator);
}

function integer(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestError(`Illegal number: ${text}`);
  return BigInt(text.trim().replace(/^\+/, ''));
}

export function testUnary(system: System, operator: string, operand: string): boolean {
  const found = () => stat(system, operand);
  const isType = (type: number): boolean => {
    const result = found();
    return typeof result !== 'number' && (result.mode & S_IFMT) === type;
  };
  const hasMode = (bits: number): boolean => {
    const result = found();
    return typeof result !== 'number' && (result.mode & bits) !== 0;
  };
  switch (operator) {
    case '-n':
      return operand !== '';
    case '-z':
      return operand === '';
    case '-e':
      return typeof found() !== 'number';
    case '-f':
      return isType(S_IFREG);
    case '-d':
      return isType(S_IFDIR);
    case '-b':
      return isType(S_IFBLK);
    case '-c':
      return isType(S_IFCHR);
    case '-p':
      return isType(S_IFIFO);
    case '-S':
      return isType(S_IFSOCK);
    case '-h':
    case '-L': {
      const result = lstat(system, operand);
      return typeof result !== 'number' && (result.mode & S_IFMT) === S_IFLNK;
    }
    case '-s': {
      const result = found();
      return typeof result !== 'number' && result.size > 0;
    }
    case '-u':
      return hasMode(0o4000);
    case '-g':
      return hasMode(0o2000);
    case '-k':
      return hasMode(0o1000);
    case '-r':
      return operand !== '' && system.files.access(system.resolve(operand), 4) === 0;
    case '-w':
      return operand !== '' && system.files.access(system.resolve(operand), 2) === 0;
    case '-x':
      return operand !== '' && system.files.access(system.resolve(operand), 1) === 0;
    case '-t':
      return system.isTerminal(Number(integer(operand)));
    // Files belong to the one user that there is.
    case '-O':
    case '-G':
      return typeof found() !== 'number';
    default:
      throw new TestError(`${operator}: unknown operator`);
  }
}

export function testBinary(system: System, left: string, operator: string, right: string): boolean {
  switch (operator) {
    case '=':
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return compareText(left, right) < 0;
    case '>':
      return compareText(left, right) > 0;
    case '-eq':
      return integer(left) === integer(right);
    case '-ne':
      return integer(left) !== integer(right);
    case '-lt':
      return integer(left) < integer(right);
    case '-le':
      return integer(left) <= integer(right);
    case '-gt':
      return integer(left) > integer(right);
    case '-ge':
      return integer(left) >= integer(right);
    default: {
      const a = stat(system, left);
      const b = stat(system, right);
      if (operator === '-ef') return typeof a !== 'number' && typeof b !== 'number' && a.dev === b.dev && a.ino === b.ino;
      const [x, y] = operator === '-nt' ? [a, b] : [b, a];
      if (operator !== '-nt' && operator !== '-ot') throw new TestError(`${operator}: unknown operator`);
      return typeof x !== 'number' && (typeof y === 'number' || x.mtime > y.mtime);
    }
  }
}

/** Value of `test` arguments (POSIX: by their number up to four, else by precedence). Throws TestError. */
export function evaluateTest(system: System, args: readonly string[]): boolean {
  const [a = '', b = '', c = '', d = ''] = args;
  if (args.length === 0) return false;
  if (args.length === 1) return a !== '';
  if (args.length === 2 && a === '!') return b === '';
  if (args.length === 3 && isBinary(b)) return testBinary(system, a, b, c);
  if (args.length === 3 && a === '!') return !evaluateTest(system, [b, c]);
  if (args.length === 3 && a === '(' && c === ')') return b !== '';
  if (args.length === 4 && a === '!') return !evaluateTest(system, [b, c, d]);
  let position = 0;
  const or = (): boolean => {
    let value = and();
    while (args[position] === '-o') {
      position++;
      const right = and();
      value = value || right;
    }
    return value;
  };
  const and = (): boolean => {
    let value = not();
    while (args[position] === '-a') {
      position++;
      const right = not();
      value = value && right;
    }
    return value;
  };
  const not = (): boolean => {
    if (args[position] === '!' && position + 1 < args.length) {
      position++;
      return !not();
    }
    return primary();
  };
  const primary = (): boolean => {
    const word = args[position];
    if (word === undefined) throw new TestError('argument expected');
    const next = args[position + 1];
    if (next !== undefined && isBinary(next) && args[position + 2] !== undefined) {
      position += 3;
      return testBinary(system, word, next, args[position - 1] ?? '');
    }
    if (word === '(') {
      position++;
      const value = or();
      if (args[position] !== ')') throw new TestError('closing paren expected');
      position++;
      return value;
    }
    if (isUnary(word) && next !== undefined) {
      position += 2;
      return testUnary(system, word, next);
    }
    position++;
    return word !== '';
  };
  const value = or();
  if (position < args.length) throw new TestError(`${args[position]}: unexpected operator`);
  return value;
}
