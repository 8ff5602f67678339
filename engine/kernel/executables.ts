/**
 * What a command runs: execvp's search in PATH, `#!` lines, and the engine's own programs, which are small executable files whose first line
 * is `#!jampot <name>`.
 */
import type { FileSystem } from '../fs/types.ts';
import { EACCES, ENOENT, ENOEXEC } from '../system/errno.ts';

const X_OK = 1;
/** Linux reads this much of a file to find its interpreter (BINPRM_BUF_SIZE), and follows this many. */
const HEAD_BYTES = 256;
const MAX_INTERPRETERS = 5;
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

export interface Executable {
  /** Name of the engine program; `node` is Node itself. */
  readonly program: string;
  /** Path of the file that was found last: of the program itself. */
  readonly path: string;
  readonly args: readonly string[];
}

export function programFile(name: string): string {
  return `#!jampot ${name}\n`;
}

/** Finds what `file` runs with `args` (argv, argv[0] included), or -errno: ENOENT, EACCES, ENOEXEC. */
export function findExecutable(
  files: FileSystem,
  file: string,
  args: readonly string[],
  env: readonly string[],
  cwd: string,
): Executable | number {
  let path = searchPath(files, file, env, cwd);
  if (typeof path === 'number') return path;
  let argv = args;
  for (let depth = 0; depth < MAX_INTERPRETERS; depth++) {
    const line = firstLine(files, path);
    if (typeof line === 'number') return line;
    if (line === null) {
      // execvp runs what is neither binary nor script with a `#!` line in the shell.
      argv = ['sh', path, ...argv.slice(1)];
      path = '/bin/sh';
      continue;
    }
    const [, interpreter = '', argument = ''] = /^(\S+)[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (interpreter === 'jampot') return { program: argument, path, args: argv };
    const rest: string[] = [path, ...argv.slice(1)];
    const name = interpreter.endsWith('/env') ? environmentTarget(argument) : null;
    if (name === null) {
      argv = argument === '' ? [interpreter, ...rest] : [interpreter, argument, ...rest];
      path = interpreter;
    } else {
      // `#!/usr/bin/env node` is common enough not to start a process that only starts another.
      const target = searchPath(files, name[0] ?? '', env, cwd);
      if (typeof target === 'number') return target;
      argv = [...name, ...rest];
      path = target;
    }
  }
  return -ENOEXEC;
}

/** Command of an `env` line that sets nothing: `node`, or `-S node --flag`. */
function environmentTarget(argument: string): string[] | null {
  const split = argument.startsWith('-S ')
    ? argument
        .slice(3)
        .trim()
        .split(/[ \t]+/)
    : [argument];
  const [name = ''] = split;
  return name === '' || name.startsWith('-') || name.includes('=') || /["'\\$]/.test(argument) ? null : split;
}

function searchPath(files: FileSystem, file: string, env: readonly string[], cwd: string): string | number {
  if (file === '') return -ENOENT;
  const absolute = (path: string): string => (path.startsWith('/') ? path : `${cwd === '/' ? '' : cwd}/${path}`);
  if (file.includes('/')) {
    const found = isExecutable(files, absolute(file));
    return found === 0 ? absolute(file) : found;
  }
  const entry = env.findLast((one) => one.startsWith('PATH='));
  let failure = -ENOENT;
  for (const folder of (entry?.slice('PATH='.length) ?? DEFAULT_PATH).split(':')) {
    const path = absolute(folder === '' ? file : `${folder}/${file}`);
    const found = isExecutable(files, path);
    if (found === 0) return path;
    if (found === -EACCES) failure = found;
  }
  return failure;
}

function isExecutable(files: FileSystem, path: string): number {
  const kind = files.kind(path);
  if (kind < 0) return kind;
  if (kind === 1) return -EACCES;
  return files.access(path, X_OK);
}

/** Text after `#!` on the first line, null when there is none, -ENOEXEC for binaries. */
function firstLine(files: FileSystem, path: string): string | null | number {
  const inode = files.open(path, 0, 0);
  if (inode < 0) return inode;
  const head = new Uint8Array(HEAD_BYTES);
  const length = files.read(inode, head, 0);
  files.release(inode);
  if (length < 0) return length;
  const bytes = head.subarray(0, length);
  if (bytes[0] === 0x23 && bytes[1] === 0x21) {
    const end = bytes.indexOf(0x0a);
    return new TextDecoder().decode(bytes.slice(2, end < 0 ? length : end)).trim();
  }
  return bytes.includes(0) ? -ENOEXEC : null;
}
