/** What Node prints when an exception ends the process (PrintException and PrintUncaughtException in src/node_errors.cc). */

export interface FatalReport {
  /** Text of a source file by the name in the stack, or undefined. */
  readonly source: (file: string) => string | undefined;
  /** util.inspect for values that are not errors. */
  readonly inspect: (value: unknown) => string;
  readonly version: string;
}

const FRAME = /^\s+at (?:.*? \()?(?:file:\/\/)?((?:\/|node:|file:|evalmachine|\[eval|\[stdin)[^\n]*?):(\d+):(\d+)\)?$/m;

/** Where the error was thrown, as far as its stack tells: file, line and the start of the `throw` in it. */
function arrow(report: FatalReport, stack: string): string | undefined {
  const match = FRAME.exec(stack);
  if (match === null) return undefined;
  const [, file = '', lineText = '0', columnText = '1'] = match;
  const line = Number(lineText);
  const text = report.source(file)?.split('\n')[line - 1];
  if (text === undefined) return undefined;
  const column = Number(columnText) - 1;
  const thrown = text.lastIndexOf('throw ', column);
  const start = thrown >= 0 ? thrown : column;
  const indent = [...text.slice(0, start)].map((character) => (character === '\t' ? '\t' : ' ')).join('');
  return `${match[0].includes('file://') ? 'file://' : ''}${file}:${line}\n${text}\n${indent}^\n`;
}

export function fatalReport(report: FatalReport, error: unknown, known: unknown): string {
  const tail = `\nNode.js ${report.version}\n`;
  const isError = typeof error === 'object' && error !== null && typeof (error as Error).stack === 'string';
  if (!isError) {
    const shown = typeof error === 'object' && error !== null ? report.inspect(error) : String(error);
    return `${typeof known === 'string' ? `${known}\n` : ''}Uncaught:\n${shown}\n(Use \`node --trace-uncaught ...\` to show where the exception was thrown)\n${tail}`;
  }
  const stack = (error as Error).stack ?? '';
  // A decorated stack begins with the arrow message already.
  const head = typeof known === 'string' ? (stack.startsWith(known) ? undefined : known) : arrow(report, stack);
  const extra = report.inspect(error);
  return `${head === undefined ? '' : `${head}\n`}${extra}\n${tail}`;
}
