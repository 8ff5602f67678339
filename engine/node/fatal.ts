/** What Node prints when an exception ends the process (PrintException and PrintUncaughtException in src/node_errors.cc). */

import type { ThrownPlace } from './environment.ts';

export interface FatalReport {
  /** Text of a source file by the name in the stack, or undefined. */
  readonly source: (file: string) => string | undefined;
  /** Where an error was thrown that was made at a place of a guest's file, if its text tells. */
  readonly thrown: (place: ThrownPlace) => ThrownPlace | undefined;
  /** util.inspect for values that are not errors. */
  readonly inspect: (value: unknown) => string;
  readonly version: string;
}

export interface FatalKnowledge {
  readonly known: unknown;
  readonly isDecorated: boolean;
  /** Where it was thrown, if the browser told; `made`: natively, too, only the place of its making is known. */
  readonly place: ThrownPlace | 'made' | undefined;
}

const FRAME = /^\s+at (?:.*? \()?(?:file:\/\/)?((?:\/|node:|file:|data:|evalmachine|\[eval|\[worker eval|\[stdin)[^\n]*?):(\d+):(\d+)\)?$/m;

/** Builtins that say in a comment (node-do-not-add-exception-line) that their errors show a line already; the shipped sources have no comments. */
const SHOWS_ITS_OWN = new Set(['node:internal/modules/typescript']);

/** How far below the making of an error its `throw` is looked for, in lines. */
const THROW_DISTANCE = 20;

/**
 * Where the error was thrown, as far as its stack tells: file, line and the start of the `throw` in it. `isMade`: native knows no
 * more than where the error was made.
 */
function arrow(report: FatalReport, stack: string, isMade: boolean): string | undefined {
  const match = FRAME.exec(stack);
  if (match === null) return undefined;
  const [, file = '', lineText = '0', columnText = '1'] = match;
  const lines = report.source(file)?.split('\n') ?? [];
  let line = Number(lineText);
  let text = lines[line - 1];
  if (text === undefined) return undefined;
  if (SHOWS_ITS_OWN.has(file)) return undefined;
  const column = Number(columnText) - 1;
  const thrownAt = isMade
    ? undefined
    : report.thrown({ file: match[0].includes('file://') ? `file://${file}` : file, line, column: column + 1 });
  if (thrownAt !== undefined) {
    const there = lines[thrownAt.line - 1] ?? '';
    return `${thrownAt.file}:${thrownAt.line}\n${underlined(there, thrownAt.column - 1)}`;
  }
  let thrown = isMade ? -1 : text.lastIndexOf('throw ', column);
  if (!isMade && file === 'node:events' && text.includes('ERR_UNHANDLED_ERROR')) {
    // `emit` throws what this function returns.
    line = lines.findIndex((one) => one.trim().startsWith('throw er;')) + 1;
    text = lines[line - 1] ?? '';
    thrown = text.indexOf('throw ');
  }
  const variable = /^\s*(?:const|let|var) (\w+) = new /.exec(text)?.[1];
  if (!isMade && thrown < 0 && variable !== undefined) {
    const below = lines.slice(line, line + THROW_DISTANCE).findIndex((one) => one.trim() === `throw ${variable};`);
    if (below >= 0) {
      line += below + 1;
      text = lines[line - 1] ?? '';
      thrown = text.indexOf('throw ');
    }
  }
  const start = thrown >= 0 ? thrown : column;
  return `${match[0].includes('file://') ? 'file://' : ''}${file}:${line}\n${underlined(text, start)}`;
}

function underlined(text: string, start: number): string {
  return `${text}\n${text.slice(0, start).replace(/[^\t]/gu, (character) => ' '.repeat(character.length))}^\n`;
}

/** `GetErrorSource`. The browser names the place of an error's making if it was thrown by the same script, so that place says nothing new. */
function arrowAt(report: FatalReport, { file, line, column }: ThrownPlace, stack: string | undefined): string | undefined {
  if (stack !== undefined && FRAME.exec(stack)?.[0].includes(`${file}:${line}:${column}`) === true) return undefined;
  const lines = report.source(file)?.split('\n');
  const text = lines?.[line - 1];
  if (text === undefined || SHOWS_ITS_OWN.has(file)) return undefined;
  const thrown = stack === undefined || stack === '' ? report.thrown({ file, line, column }) : undefined;
  if (thrown !== undefined) return `${file}:${thrown.line}\n${underlined(lines?.[thrown.line - 1] ?? '', thrown.column - 1)}`;
  const before = text.slice(0, column - 1);
  return `${file}:${line}\n${underlined(text, before.endsWith('throw ') ? before.length - 'throw '.length : before.length)}`;
}

/** `known`: the arrow message that somebody hung on the error; `isDecorated`: its stack begins with it already. */
export function fatalReport(report: FatalReport, error: unknown, { known, isDecorated, place }: FatalKnowledge): string {
  const tail = `\nNode.js ${report.version}\n`;
  const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function';
  if (!isObject || !Error.isError(error)) {
    const here = place === undefined || place === 'made' ? undefined : arrowAt(report, place, undefined);
    const head = typeof known === 'string' ? `${known}\n` : here === undefined ? '' : `\n${here}`;
    if (isObject && head !== '') return `${head}${report.inspect(error)}\n${tail}`;
    const shown = isObject ? report.inspect(error) : String(error);
    return `${head === '' ? 'Uncaught:\n' : head}${shown}\n(Use \`node --trace-uncaught ...\` to show where the exception was thrown)\n${tail}`;
  }
  const { stack: read } = error as Error;
  const stack = typeof read === 'string' ? read : '';
  const here = place === undefined || place === 'made' ? undefined : arrowAt(report, place, stack);
  const head = isDecorated
    ? undefined
    : typeof known === 'string'
      ? stack.startsWith(known)
        ? undefined
        : known
      : (here ?? arrow(report, stack, place === 'made'));
  const extra = report.inspect(error);
  return `${head === undefined ? '' : `${head}\n`}${extra}\n${tail}`;
}
