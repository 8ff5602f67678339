/** Validates what threads ask through their mailboxes: guest code can write anything there. */
import type { KernelRequest } from '../system/requests.ts';
import type { HostEvent, SpawnRequest } from '../system/types.ts';

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** A request of a known shape, or null. */
export function parseRequest(value: unknown): KernelRequest | null {
  if (!isFields(value)) return null;
  switch (value['op']) {
    case 'spawn': {
      const request = parseSpawn(value['request']);
      return request === null ? null : { op: 'spawn', request };
    }
    case 'exec': {
      const given = value['request'];
      const request = parseSpawn(isFields(given) ? { ...given, cwd: '/' } : given);
      return request === null
        ? null
        : { op: 'exec', request: { file: request.file, args: request.args, env: request.env, fds: request.fds } };
    }
    case 'exit':
      return isInteger(value['code']) ? { op: 'exit', code: value['code'] } : null;
    case 'kill':
      return isInteger(value['pid']) && isInteger(value['signal']) ? { op: 'kill', pid: value['pid'], signal: value['signal'] } : null;
    case 'processes':
      return { op: 'processes' };
    case 'start-thread':
      return { op: 'start-thread' };
    case 'stop-thread':
      return isInteger(value['slot']) ? { op: 'stop-thread', slot: value['slot'] } : null;
    case 'terminal-mode': {
      const { tty, mode } = value;
      return isInteger(tty) && (mode === 0 || mode === 1 || mode === 2) ? { op: 'terminal-mode', tty, mode } : null;
    }
    case 'notify': {
      const event = parseEvent(value['event']);
      return event === null ? null : { op: 'notify', event };
    }
    default:
      return null;
  }
}

function parseSpawn(value: unknown): SpawnRequest | null {
  if (!isFields(value)) return null;
  const { file, args, env, cwd, fds, detached, processGroup } = value;
  if (typeof file !== 'string' || typeof cwd !== 'string' || !isStrings(args) || !isStrings(env)) return null;
  if (!Array.isArray(fds) || !fds.every(isInteger)) return null;
  if (detached !== undefined && typeof detached !== 'boolean') return null;
  if (processGroup !== undefined && !isInteger(processGroup)) return null;
  return {
    file,
    args,
    env,
    cwd,
    fds,
    ...(detached === undefined ? {} : { detached }),
    ...(processGroup === undefined ? {} : { processGroup }),
  };
}

function parseEvent(value: unknown): HostEvent | null {
  if (!isFields(value)) return null;
  const { kind, text, type, files } = value;
  if (kind === 'xdg-open') return typeof text === 'string' ? { kind, text } : null;
  if (kind !== 'code' || (type !== 'open' && type !== 'diff') || !Array.isArray(files)) return null;
  const parsed = files.map(parseCodeFile);
  return parsed.every((file) => file !== null) ? { kind, type, files: parsed } : null;
}

function parseCodeFile(value: unknown): { filepath: string; line?: number; column?: number } | null {
  if (!isFields(value)) return null;
  const { filepath, line, column } = value;
  if (typeof filepath !== 'string') return null;
  return { filepath, ...(isInteger(line) ? { line } : {}), ...(isInteger(column) ? { column } : {}) };
}
