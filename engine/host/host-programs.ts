/** Commands that reach out to the page: `xdg-open` and `code` become the API's events of these names. */
import type { ProgramName } from '../system/program-names.ts';
import type { Program, ProgramContext } from '../system/types.ts';

function say(context: ProgramContext, fd: number, text: string): void {
  context.system.writeBlocking(fd, new TextEncoder().encode(text));
}

const xdgOpen: Program = (context) => {
  const [, text, ...more] = context.args;
  if (text === undefined || more.length > 0) {
    say(context, 2, 'usage: xdg-open { file | URL }\n');
    return 1;
  }
  return context.system.notify({ kind: 'xdg-open', text }) < 0 ? 4 : 0;
};

/** `code file…`, `code -g file:line[:column]`, `code -d left right`. */
const code: Program = (context) => {
  const args = context.args.slice(1);
  const isDiff = args.some((arg) => arg === '-d' || arg === '--diff');
  const isGoto = args.some((arg) => arg === '-g' || arg === '--goto');
  const files = args
    .filter((arg) => !arg.startsWith('-'))
    .map((arg) => {
      const [, path = arg, line, column] = isGoto ? (/^(.*?)(?::(\d+))?(?::(\d+))?$/.exec(arg) ?? []) : [];
      return {
        filepath: context.system.resolve(path),
        ...(line === undefined ? {} : { line: Number(line) }),
        ...(column === undefined ? {} : { column: Number(column) }),
      };
    });
  if (files.length === 0 || (isDiff && files.length !== 2)) {
    say(context, 2, 'usage: code [-g] file[:line[:column]]... | code -d left right\n');
    return 1;
  }
  return context.system.notify({ kind: 'code', type: isDiff ? 'diff' : 'open', files }) < 0 ? 1 : 0;
};

export const hostPrograms = { 'xdg-open': xdgOpen, code } satisfies Partial<Record<ProgramName, Program>>;
