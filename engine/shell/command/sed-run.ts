import { strerror } from '../errno.ts';
import { decode } from '../codec.ts';
import type { CommandContext } from './command.ts';
import type { Address, SedCommand, SedScript, Substitution } from './sed-script.ts';

export interface SedOptions {
  readonly quiet: boolean;
  /** Line numbers and `$` count each file for itself. */
  readonly separate: boolean;
  readonly output: (text: string) => void;
}

interface Line {
  readonly text: string;
  readonly ended: boolean;
  readonly last: boolean;
  readonly file: number;
}

function* inputLines(io: CommandContext, files: readonly string[], separate: boolean): Generator<Line> {
  let held: Omit<Line, 'last'> | undefined;
  for (const [file, operand] of files.entries()) {
    const fd = operand === '-' ? 0 : io.system.open(io.system.resolve(operand), 0, 0);
    if (fd < 0 || io.system.kind(fd) === 'directory') {
      if (fd >= 0) io.system.close(fd);
      io.error(fd < 0 ? `can't read ${operand}: ${strerror(fd)}` : `read error on ${operand}: Is a directory`, 2);
      continue;
    }
    for (const line of io.lines(fd, 10, operand)) {
      if (held !== undefined) yield { ...held, last: separate && held.file !== file };
      held = { ...line, file };
    }
    io.closeInput(fd);
  }
  if (held !== undefined) yield { ...held, last: true };
}

/** Runs a script over files; returns the exit status that q or Q asked for. */
export function runScript(io: CommandContext, script: SedScript, files: readonly string[], options: SedOptions): number | undefined {
  const lines = inputLines(io, files, options.separate);
  const ranges = new Map<number, { end: number | null }>();
  let hold = '';
  let number = 0;
  let current: Line | undefined;
  let pattern = '';
  let appended: string[] = [];
  let lastExpression: RegExp | null = null;
  /** GNU leaves out the newline of a last line that had none. */
  const emit = (text: string, newline = true): void => options.output(text + (newline ? '\n' : ''));
  const next = (): boolean => {
    const result = lines.next();
    if (result.done === true) return false;
    current = result.value;
    number++;
    return true;
  };
  const endCycle = (print: boolean): void => {
    if (print && !options.quiet) emit(pattern, current?.ended !== false);
    for (const text of appended) options.output(text);
    appended = [];
  };
  const remembered = (expression: RegExp | null): RegExp => {
    const used = expression ?? lastExpression;
    if (used === null) return io.fail('no previous regular expression');
    lastExpression = used;
    used.lastIndex = 0;
    return used;
  };
  const matches = (address: Address): boolean => {
    switch (address.kind) {
      case 'line':
        return number === address.line;
      case 'last':
        return current?.last === true;
      case 'step':
        return address.step === 0 ? number === address.first : number >= address.first && (number - address.first) % address.step === 0;
      case 'pattern':
        return remembered(address.expression).test(pattern);
      case 'count':
        return false;
    }
  };
  const selected = (entry: SedCommand): boolean => {
    if (entry.first === null) return true;
    if (entry.second === null) return matches(entry.first);
    const { second } = entry;
    const range = ranges.get(entry.id);
    if (range !== undefined) {
      const over = range.end === null ? matches(second) : number >= range.end;
      if (over) ranges.delete(entry.id);
      // A last line number that has been passed selects this line no more.
      return !(range.end !== null && second.kind === 'line' && number > range.end);
    }
    const zero = entry.first.kind === 'line' && entry.first.line === 0;
    if (!(zero ? number === 1 : matches(entry.first))) return false;
    if (zero && matches(second)) return true;
    if (second.kind === 'line' && second.line <= number) return true;
    const end =
      second.kind === 'line'
        ? second.line
        : second.kind === 'count'
          ? number + second.count
          : second.kind === 'step'
            ? second.step === 0
              ? number
              : Math.ceil(number / second.step) * second.step
            : null;
    if (end === null || end > number) ranges.set(entry.id, { end });
    return true;
  };

  while (next()) {
    pattern = current?.text ?? '';
    let restart = true;
    while (restart) {
      restart = false;
      let substituted = false;
      let print = true;
      let quit: number | undefined;
      const { commands, labels } = script;
      for (let index = 0; index < commands.length;) {
        const entry = commands[index];
        if (entry === undefined) break;
        index++;
        if (entry.name === '}' || entry.name === ':') continue;
        if (selected(entry) === entry.negated) {
          if (entry.name === '{') index = entry.end;
          continue;
        }
        const jump = (): void => void (index = entry.text === '' ? commands.length : (labels.get(entry.text) ?? commands.length));
        const newline = pattern.indexOf('\n');
        switch (entry.name) {
          case '{':
            break;
          case 'd':
            print = false;
            index = commands.length;
            break;
          case 'D':
            print = false;
            index = commands.length;
            if (newline >= 0) {
              pattern = pattern.slice(newline + 1);
              restart = true;
            }
            break;
          case 'p':
            emit(pattern);
            break;
          case 'P':
            emit(newline < 0 ? pattern : pattern.slice(0, newline));
            break;
          case '=':
            emit(String(number));
            break;
          case 'l':
            emit(`${pattern.replace(/[\\\n\t]/g, (c) => ({ '\\': '\\\\', '\n': '\\n', '\t': '\\t' })[c] ?? c)}$`);
            break;
          case 'n':
            // Without a next line GNU prints the pattern space once and ends.
            if (current?.last === true && !options.separate) {
              index = commands.length;
              quit = -1;
              break;
            }
            endCycle(true);
            if (next()) pattern = current?.text ?? '';
            else return undefined;
            break;
          case 'N':
            for (const text of appended) options.output(text);
            appended = [];
            if (next()) pattern += `\n${current?.text ?? ''}`;
            else {
              index = commands.length;
              quit = -1;
            }
            break;
          case 'g':
            pattern = hold;
            break;
          case 'G':
            pattern += `\n${hold}`;
            break;
          case 'h':
            hold = pattern;
            break;
          case 'H':
            hold += `\n${pattern}`;
            break;
          case 'x':
            [pattern, hold] = [hold, pattern];
            break;
          case 'z':
            pattern = '';
            break;
          case 'a':
            appended.push(entry.text);
            break;
          case 'i':
            options.output(entry.text);
            break;
          case 'c': {
            const ends = entry.second === null || entry.negated || !ranges.has(entry.id);
            if (ends) options.output(entry.text);
            print = false;
            index = commands.length;
            break;
          }
          case 'r': {
            const bytes = io.system.files.readFile(io.system.resolve(entry.text));
            if (typeof bytes !== 'number') appended.push(decode(bytes));
            break;
          }
          case 'w':
            return io.fail('command w is not supported');
          case 'q':
            quit = Number(entry.text || 0);
            index = commands.length;
            break;
          case 'Q':
            quit = Number(entry.text || 0);
            print = false;
            index = commands.length;
            break;
          case 'b':
            jump();
            break;
          case 't':
            if (substituted) {
              substituted = false;
              jump();
            }
            break;
          case 'T':
            if (!substituted) jump();
            substituted = false;
            break;
          case 'y':
            pattern = Array.from(pattern, (c) => entry.map?.get(c) ?? c).join('');
            break;
          case 's': {
            if (entry.substitution === undefined) break;
            const result = substitute(pattern, remembered(entry.substitution.expression), entry.substitution);
            if (result === null) break;
            pattern = result;
            substituted = true;
            if (entry.substitution.print) emit(pattern);
            break;
          }
          default:
            return io.fail(`unknown command: \`${entry.name}'`);
        }
      }
      endCycle(print);
      if (quit !== undefined) return quit === -1 ? undefined : quit;
    }
  }
  return undefined;
}

/** The new text, or null when nothing matched. */
function substitute(text: string, expression: RegExp, substitution: Substitution): string | null {
  let count = 0;
  let changed = false;
  const result = text.replace(expression, (...args: unknown[]) => {
    const whole = String(args[0]);
    count++;
    if (count < substitution.occurrence || (count > substitution.occurrence && !substitution.global)) return whole;
    changed = true;
    let out = '';
    let fold = '';
    let once = '';
    for (const part of substitution.replacement) {
      if (typeof part === 'object') {
        if (part.fold === 'u' || part.fold === 'l') once = part.fold;
        else fold = part.fold === 'E' ? '' : part.fold;
        continue;
      }
      const group = typeof part === 'number' ? args[part] : part;
      let piece = typeof group === 'string' ? group : '';
      if (fold === 'U') piece = piece.toUpperCase();
      else if (fold === 'L') piece = piece.toLowerCase();
      if (once !== '' && piece !== '') {
        const [first = ''] = piece;
        piece = (once === 'u' ? first.toUpperCase() : first.toLowerCase()) + piece.slice(first.length);
        once = '';
      }
      out += piece;
    }
    return out;
  });
  return changed ? result : null;
}
