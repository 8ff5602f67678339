import { echo as echoText, format } from '../../command/format.ts';
import { evaluateTest, TestError } from '../../command/test-expression.ts';
import { concat, decode } from '../../codec.ts';
import { EINTR, strerror } from '../../errno.ts';
import type { Builtin } from '../builtin.ts';
import { ShellError } from '../control.ts';
import type { Shell } from '../shell.ts';

function output(shell: Shell, text: string, name: string): number {
  const result = shell.write(text);
  if (result < 0) throw new ShellError(`${name}: I/O error: ${strerror(result)}`, 1);
  return 0;
}

export const echo: Builtin = (shell, args) => output(shell, echoText(args, !shell.bash), 'echo');

export const printf: Builtin = (shell, args) => {
  let operands = [...args];
  let variable: string | undefined;
  if (operands[0] === '-v' && shell.bash) {
    variable = operands[1];
    operands = operands.slice(2);
  }
  if (operands[0] === '--') operands.shift();
  const [pattern, ...values] = operands;
  if (pattern === undefined) throw new ShellError('printf: usage: printf format [arg ...]');
  const result = format(pattern, values);
  if (variable !== undefined) shell.variables.set(variable, result.text);
  else output(shell, result.text, 'printf');
  for (const error of result.errors) shell.complain(`printf: ${error}`);
  return result.errors.length > 0 ? 1 : 0;
};

export const test: Builtin = (shell, args, name) => {
  let operands = args;
  if (name === '[') {
    if (args.at(-1) !== ']') throw new ShellError('[: missing ]');
    operands = args.slice(0, -1);
  }
  try {
    return evaluateTest(shell.system, operands) ? 0 : 1;
  } catch (error) {
    if (error instanceof TestError) throw new ShellError(`${name}: ${error.message}`);
    throw error;
  }
};

/** Reads one line from descriptor 0, no byte more: what follows belongs to other commands. Null at the end with nothing read. */
function readLine(shell: Shell, delimiter: number, limit: number): { readonly text: string; readonly complete: boolean } | null {
  const { system } = shell;
  const chunks: Uint8Array[] = [];
  const seekable = system.kind(0) === 'file';
  const buffer = new Uint8Array(seekable ? 4096 : 1);
  let total = 0;
  for (;;) {
    const count = system.readBlocking(0, buffer);
    if (count === -EINTR) {
      shell.handleSignals();
      continue;
    }
    if (count < 0) throw new ShellError(`read: ${strerror(count)}`, 1);
    if (count === 0) break;
    const bytes = buffer.slice(0, count);
    const at = bytes.indexOf(delimiter);
    if (at >= 0) {
      if (seekable) system.seek(0, at + 1 - count, 1);
      chunks.push(bytes.subarray(0, at));
      return { text: decode(concat(chunks)), complete: true };
    }
    chunks.push(bytes);
    total += count;
    if (total >= limit) return { text: decode(concat(chunks)), complete: true };
  }
  return chunks.length === 0 ? null : { text: decode(concat(chunks)), complete: false };
}

export const read: Builtin = (shell, args) => {
  let raw = false;
  let prompt = '';
  let delimiter = 10;
  let limit = Infinity;
  let silent = false;
  let index = 0;
  for (; index < args.length; index++) {
    const argument = args[index] ?? '';
    if (!/^-./.test(argument) || argument === '--') break;
    for (let i = 1; i < argument.length; i++) {
      const letter = argument[i] ?? '';
      if (letter === 'r') raw = true;
      else if (letter === 's') silent = true;
      else if ('pdnt'.includes(letter)) {
        const value = argument.slice(i + 1) || (args[++index] ?? '');
        if (letter === 'p') prompt = value;
        else if (letter === 'd') delimiter = value === '' ? 0 : value.charCodeAt(0);
        else if (letter === 'n') limit = Number(value);
        else throw new ShellError('read: -t is not supported');
        break;
      } else throw new ShellError(`read: Illegal option -${letter}`);
    }
  }
  if (args[index] === '--') index++;
  const names = args.slice(index);
  if (names.length === 0) {
    if (!shell.bash) throw new ShellError('read: arg count');
    names.push('REPLY');
  }
  if (prompt !== '') shell.write(prompt, 2);
  const quiet = silent && shell.system.isTerminal(0);
  if (quiet) shell.system.setTerminalMode(0, 1);
  let line: { text: string; complete: boolean } | null = null;
  let text = '';
  let quotedText: boolean[] = [];
  try {
    do {
      line = readLine(shell, delimiter, limit);
      const piece = line?.text ?? '';
      if (raw) {
        text += piece;
        quotedText = quotedText.concat(Array.from(piece, () => false));
        break;
      }
      let continued = false;
      for (let i = 0; i < piece.length; i++) {
        if (piece[i] === '\\') {
          if (i === piece.length - 1) continued = line?.complete === true;
          else {
            text += piece[++i];
            quotedText.push(true);
          }
        } else {
          text += piece[i];
          quotedText.push(false);
        }
      }
      if (!continued) break;
    } while (line !== null);
  } finally {
    if (quiet) shell.system.setTerminalMode(0, 0);
  }
  assign(shell, names, text, quotedText);
  return line === null || !line.complete ? 1 : 0;
};

/** Splits by IFS over the names; the last takes what is left, without trailing blanks. */
function assign(shell: Shell, names: readonly string[], text: string, quoted: readonly boolean[]): void {
  const ifs = shell.variables.get('IFS') ?? ' \t\n';
  const blank = (i: number): boolean => quoted[i] !== true && ifs.includes(text[i] ?? '\0') && /[ \t\n]/.test(text[i] ?? '');
  const separator = (i: number): boolean => quoted[i] !== true && ifs.includes(text[i] ?? '\0');
  let i = 0;
  while (i < text.length && blank(i)) i++;
  names.forEach((name, index) => {
    if (index < names.length - 1) {
      const start = i;
      while (i < text.length && !separator(i)) i++;
      shell.variables.set(name, text.slice(start, i));
      while (i < text.length && blank(i)) i++;
      if (i < text.length && separator(i) && !blank(i)) {
        i++;
        while (i < text.length && blank(i)) i++;
      }
      return;
    }
    let end = text.length;
    while (end > i && blank(end - 1)) end--;
    // One field followed by a single non-blank delimiter: the delimiter is dropped (POSIX read).
    if (end > i && separator(end - 1) && !blank(end - 1)) {
      let inner = false;
      for (let k = i; k < end - 1; k++) inner ||= separator(k);
      if (!inner) {
        end--;
        while (end > i && blank(end - 1)) end--;
      }
    }
    shell.variables.set(name, text.slice(i, end));
  });
}
