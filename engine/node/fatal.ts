/** What Node prints when an exception ends the process (PrintException and PrintUncaughtException in src/node_errors.cc). */

export interface FatalReport {
  /** Text of a source file by the name in the stack, or undefined. */
  readonly source: (file: string) => string | undefined;
  /** util.inspect for values that are not errors. */
  readonly inspect: (value: unknown) => string;
  readonly version: string;
}

export interface FatalKnowledge {
  readonly known: unknown;
  readonly isDecorated: boolean;
  readonly fromPromise: boolean;
}

const FRAME = /^\s+at (?:.*? \()?(?:file:\/\/)?((?:\/|node:|file:|evalmachine|\[eval|\[worker eval|\[stdin)[^\n]*?):(\d+):(\d+)\)?$/m;

/** Builtins that say in a comment (node-do-not-add-exception-line) that their errors show a line already; the shipped sources have no comments. */
const SHOWS_ITS_OWN = new Set(['node:internal/modules/typescript']);

/** How far below the making of an error its `throw` is looked for, in lines. */
const THROW_DISTANCE = 20;

/**
 * Where the error was thrown, as far as its stack tells: file, line and the start of the `throw` in it. Of a rejection, native knows no more than where the
 * error was made.
 */
function arrow(report: FatalReport, stack: string, fromPromise: boolean): string | undefined {
  const match = FRAME.exec(stack);
  if (match === null) return undefined;
  const [, file = '', lineText = '0', columnText = '1'] = match;
  const lines = report.source(file)?.split('\n') ?? [];
  let line = Number(lineText);
  let text = lines[line - 1];
  if (text === undefined) return undefined;
  if (SHOWS_ITS_OWN.has(file)) return undefined;
  const column = Number(columnText) - 1;
  let thrown = fromPromise ? -1 : text.lastIndexOf('throw ', column);
  const variable = /^\s*(?:const|let|var) (\w+) = new /.exec(text)?.[1];
  if (!fromPromise && thrown < 0 && variable !== undefined) {
    const below = lines.slice(line, line + THROW_DISTANCE).findIndex((one) => one.trim() === `throw ${variable};`);
    if (below >= 0) {
      line += below + 1;
      text = lines[line - 1] ?? '';
      thrown = text.indexOf('throw ');
    }
  }
  const start = thrown >= 0 ? thrown : column;
  const indent = [...text.slice(0, start)].map((character) => (character === '\t' ? '\t' : ' ')).join('');
  return `${match[0].includes('file://') ? 'file://' : ''}${file}:${line}\n${text}\n${indent}^\n`;
}

/** `known`: the arrow message that somebody hung on the error; `isDecorated`: its stack begins with it already. */
export function fatalReport(report: FatalReport, error: unknown, { known, isDecorated, fromPromise }: FatalKnowledge): string {
  const tail = `\nNode.js ${report.version}\n`;
  const isError = typeof error === 'object' && error !== null && typeof (error as Error).stack === 'string';
  if (!isError) {
    const shown = typeof error === 'object' && error !== null ? report.inspect(error) : String(error);
    return `${typeof known === 'string' ? `${known}\n` : ''}Uncaught:\n${shown}\n(Use \`node --trace-uncaught ...\` to show where the exception was thrown)\n${tail}`;
  }
  const stack = (error as Error).stack ?? '';
  const head = isDecorated
    ? undefined
    : typeof known === 'string'
      ? stack.startsWith(known)
        ? undefined
        : known
      : arrow(report, stack, fromPromise);
  const extra = report.inspect(error);
  return `${head === undefined ? '' : `${head}\n`}${extra}\n${tail}`;
}
