/** What the official client sends to the instance, validated where it arrives. */
import { CodedError } from './errors.ts';

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function invalid(name: string, expected: string, value: unknown): CodedError {
  return new CodedError(
    'ERR_INVALID_ARG_TYPE',
    `The "${name}" argument must be ${expected}. Received ${value === null ? 'null' : typeof value}`,
  );
}

function optionalStrings(value: unknown, name: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) throw invalid(name, 'an array of strings', value);
  return value;
}

export interface BuildOptions {
  readonly workdirName: string | null;
  readonly forwardPreviewErrors: boolean | 'exceptions-only';
}

export function parseBuildOptions(value: unknown): BuildOptions {
  if (!isFields(value)) throw invalid('options', 'an object', value);
  const { workdirName, forwardPreviewErrors = false } = value;
  if (workdirName !== undefined && typeof workdirName !== 'string') throw invalid('workdirName', 'a string', workdirName);
  if (workdirName !== undefined && (workdirName === '.' || workdirName === '..' || /[/\0]/.test(workdirName))) {
    throw new CodedError('ERR_INVALID_ARG_VALUE', 'workdirName should be a valid folder name');
  }
  if (typeof forwardPreviewErrors !== 'boolean' && forwardPreviewErrors !== 'exceptions-only') {
    throw invalid('forwardPreviewErrors', "a boolean or 'exceptions-only'", forwardPreviewErrors);
  }
  return { workdirName: workdirName === undefined || workdirName === '' ? null : workdirName, forwardPreviewErrors };
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface RunOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | null;
  readonly env: ReadonlyMap<string, string>;
  readonly terminal: TerminalSize | null;
}

export function parseRunOptions(value: unknown): RunOptions {
  if (!isFields(value)) throw invalid('options', 'an object', value);
  const { command, args, cwd, env, terminal } = value;
  if (typeof command !== 'string' || command === '') throw invalid('command', 'a non-empty string', command);
  if (cwd !== undefined && cwd !== null && typeof cwd !== 'string') throw invalid('options.cwd', 'a string', cwd);
  const variables = new Map<string, string>();
  if (env !== undefined && env !== null) {
    if (!isFields(env)) throw invalid('options.env', 'an object', env);
    for (const [name, one] of Object.entries(env)) {
      if (one === undefined || one === null) continue;
      if (typeof one !== 'string' && typeof one !== 'number' && typeof one !== 'boolean')
        throw invalid(`options.env.${name}`, 'a string, number or boolean', one);
      variables.set(name, String(one));
    }
  }
  return {
    command,
    args: optionalStrings(args, 'args'),
    cwd: cwd ?? null,
    env: variables,
    terminal: isFields(terminal) ? parseSize(terminal) : null,
  };
}

/** `{cols, rows}` of a terminal. */
export function parseSize(value: unknown): TerminalSize {
  if (!isFields(value)) throw invalid('dimensions', 'an object', value);
  const { cols, rows } = value;
  const isSize = (one: unknown): one is number => Number.isInteger(one) && Number(one) > 0 && Number(one) <= 0xffff;
  if (!isSize(cols)) throw invalid('cols', 'a positive integer', cols);
  if (!isSize(rows)) throw invalid('rows', 'a positive integer', rows);
  return { columns: cols, rows };
}

export interface SerializeOptions {
  readonly format: 'json' | 'binary' | 'zip';
  readonly includes: readonly string[];
  readonly excludes: readonly string[];
}

export function parseSerializeOptions(value: unknown): SerializeOptions {
  const { format = 'json', includes, excludes } = isFields(value) ? value : {};
  if (format !== 'json' && format !== 'binary' && format !== 'zip') throw invalid('options.format', "'json', 'binary' or 'zip'", format);
  return { format, includes: optionalStrings(includes, 'options.includes'), excludes: optionalStrings(excludes, 'options.excludes') };
}

export interface PreviewScript {
  readonly source: string;
  readonly type: 'module' | 'importmap' | null;
  readonly defer: boolean;
  readonly async: boolean;
}

export function parsePreviewScript(source: unknown, options: unknown): PreviewScript {
  if (typeof source !== 'string') throw invalid('scriptSrc', 'a string', source);
  const { type, defer, async } = isFields(options) ? options : {};
  if (type !== undefined && type !== 'module' && type !== 'importmap') throw invalid('options.type', "'module' or 'importmap'", type);
  return { source, type: type ?? null, defer: defer === true, async: async === true };
}

export const EVENTS = ['port', 'server-ready', 'preview-message', 'error', 'xdg-open', 'code'] as const;
export type EventName = (typeof EVENTS)[number];

export function parseEventName(value: unknown): EventName {
  const name = EVENTS.find((one) => one === value);
  if (name === undefined)
    throw new CodedError('ERR_INVALID_ARG_VALUE', `There is no event '${String(value)}'. Events: ${EVENTS.join(', ')}.`);
  return name;
}
