import { O_RDONLY } from '../../open-flags.ts';
import { decode } from '../../codec.ts';
import { EISDIR, strerror } from '../../errno.ts';
import type { Builtin } from '../builtin.ts';
import { Break, Continue, Exit, Return, ShellError } from '../control.ts';
import type { Shell } from '../shell.ts';

function count(args: readonly string[], name: string, fallback: number): number {
  const [text] = args;
  if (text === undefined) return fallback;
  if (!/^\d+$/.test(text)) throw new ShellError(`${name}: Illegal number: ${text}`);
  return Number(text);
}

export const breakBuiltin: Builtin = (shell, args) => {
  const levels = count(args, 'break', 1);
  if (levels === 0) throw new ShellError('break: Illegal number: 0');
  if (shell.loopDepth === 0) return 0;
  throw new Break(levels);
};

export const continueBuiltin: Builtin = (shell, args) => {
  const levels = count(args, 'continue', 1);
  if (levels === 0) throw new ShellError('continue: Illegal number: 0');
  if (shell.loopDepth === 0) return 0;
  throw new Continue(levels);
};

export const returnBuiltin: Builtin = (shell, args) => {
  throw new Return(count(args, 'return', shell.lastStatus) & 255);
};

export const exitBuiltin: Builtin = (shell, args) => {
  throw new Exit(count(args, 'exit', shell.lastStatus) & 255);
};

export const evalBuiltin: Builtin = (shell, args) => (args.length === 0 ? 0 : shell.runText(args.join(' ')));

/** `.` and `source`: looks a plain name up in PATH, then (as bash) in the current directory. */
export const source: Builtin = (shell, args, name) => {
  const [file, ...given] = args;
  // dash leaves the positional parameters alone.
  const parameters = shell.bash ? given : [];
  if (file === undefined) throw new ShellError(`${name}: filename argument required`);
  const text = readScript(shell, file, name);
  const { positional } = shell;
  if (parameters.length > 0) shell.positional = parameters;
  shell.sourceDepth++;
  try {
    return shell.runText(text);
  } catch (error) {
    if (error instanceof Return) return error.status;
    throw error;
  } finally {
    shell.sourceDepth--;
    if (parameters.length > 0) shell.positional = positional;
  }
};

function readScript(shell: Shell, file: string, name: string): string {
  const candidates = file.includes('/')
    ? [file]
    : [
        ...(shell.variables.get('PATH') ?? '').split(':').map((directory) => `${directory === '' ? '.' : directory}/${file}`),
        ...(shell.bash ? [file] : []),
      ];
  const path = candidates.find((candidate) => shell.system.files.kind(shell.system.resolve(candidate)) === 0);
  if (path === undefined) {
    if (shell.system.files.kind(shell.system.resolve(file)) === 1) throw new ShellError(`${name}: ${file}: ${strerror(EISDIR)}`);
    throw new ShellError(file.includes('/') ? `cannot open ${file}: No such file` : `${name}: ${file}: not found`);
  }
  const absolute = shell.system.resolve(path);
  const opened = shell.system.open(absolute, O_RDONLY, 0);
  if (opened < 0) throw new ShellError(`cannot open ${file}: ${strerror(opened)}`);
  shell.system.close(opened);
  const bytes = shell.system.files.readFile(absolute);
  if (typeof bytes === 'number') throw new ShellError(`cannot open ${file}: ${strerror(bytes)}`);
  return decode(bytes);
}
