/**
 * Parses the answer to one HTTP/1.1 request (RFC 9112 §4–§7): bytes go in as they come, a head and pieces of the body come out. Trailers are read and dropped.
 *
 * ```
 * head ─┬─ 1xx ──▶ head                        (101 ends HTTP: what follows is body)
 *       ├─ HEAD, 204, 304 ──▶ done
 *       ├─ Transfer-Encoding: chunked ──▶ size ─▶ data ─▶ data-end ─▶ size … trailers ─▶ done
 *       ├─ Content-Length: n ──▶ counted ─▶ done
 *       └─ neither ──▶ until the connection ends
 * ```
 */
import type { HeaderList } from '../../protocol/preview-messages.ts';
import { concatenated } from './request-bytes.ts';

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** In the order and case in which they came. */
  readonly headers: HeaderList;
  /** Whether a body follows, possibly an empty one. */
  readonly hasBody: boolean;
}

export type ResponsePart = { readonly type: 'head'; readonly head: ResponseHead } | { readonly type: 'body'; readonly bytes: Uint8Array };

/** What came is no HTTP/1.1. */
export class HttpSyntaxError extends Error {}

/** Longest head, or line of a chunked body, in bytes. */
const LONGEST_HEAD = 262_144;

type State = 'head' | 'counted' | 'until-end' | 'size' | 'data' | 'data-end' | 'trailers' | 'done';

export class ResponseParser {
  readonly #method: string;
  #state: State = 'head';
  #rest: Uint8Array = new Uint8Array();
  /** Bytes left of the body (`counted`) or of the chunk (`data`). */
  #left = 0;

  constructor(method: string) {
    this.#method = method;
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** @returns what these bytes completed. @throws {HttpSyntaxError} */
  push(bytes: Uint8Array): ResponsePart[] {
    this.#rest = this.#rest.length === 0 ? bytes : concatenated(this.#rest, bytes);
    const parts: ResponsePart[] = [];
    while (this.#step(parts));
    return parts;
  }

  /** The connection ended. @returns whether the answer was complete. */
  end(): boolean {
    if (this.#state === 'until-end') this.#state = 'done';
    return this.#state === 'done';
  }

  /** Bytes after a 101's head, which are no HTTP. */
  takeRest(): Uint8Array {
    const rest = this.#rest;
    this.#rest = new Uint8Array();
    return rest;
  }

  #step(parts: ResponsePart[]): boolean {
    switch (this.#state) {
      case 'head': {
        const head = this.#takeHead();
        if (head === null) return false;
        if (head.status >= 100 && head.status < 200 && head.status !== 101) return true;
        parts.push({ type: 'head', head });
        if (head.status === 101) {
          this.#state = 'done';
          return false;
        }
        return true;
      }
      case 'counted':
      case 'data': {
        if (this.#left === 0) {
          this.#state = this.#state === 'counted' ? 'done' : 'data-end';
          return this.#state !== 'done';
        }
        const bytes = this.#take(Math.min(this.#left, this.#rest.length));
        if (bytes.length === 0) return false;
        this.#left -= bytes.length;
        parts.push({ type: 'body', bytes });
        return true;
      }
      case 'until-end': {
        if (this.#rest.length === 0) return false;
        parts.push({ type: 'body', bytes: this.#take(this.#rest.length) });
        return false;
      }
      case 'size': {
        const line = this.#takeLine();
        if (line === null) return false;
        const size = /^[ \t]*([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
        if (size === undefined) throw new HttpSyntaxError(`"${shown(line)}" is no size of a chunk.`);
        this.#left = Number.parseInt(size, 16);
        this.#state = this.#left === 0 ? 'trailers' : 'data';
        return true;
      }
      case 'data-end': {
        const line = this.#takeLine();
        if (line === null) return false;
        if (line !== '') throw new HttpSyntaxError('A chunk is longer than its size says.');
        this.#state = 'size';
        return true;
      }
      case 'trailers': {
        const line = this.#takeLine();
        if (line === null) return false;
        if (line === '') this.#state = 'done';
        return line !== '';
      }
      case 'done':
        return false;
    }
  }

  #takeHead(): ResponseHead | null {
    const end = endOfHead(this.#rest);
    if (end < 0) {
      // Whoever does not speak HTTP is noticed at the first bytes, not when the connection ends.
      const start = text(this.#rest.subarray(0, 5));
      if (!'HTTP/'.startsWith(start)) throw new HttpSyntaxError(`The answer begins with "${shown(text(this.#rest.subarray(0, 40)))}".`);
      if (this.#rest.length > LONGEST_HEAD) throw new HttpSyntaxError(`The head of the answer is longer than ${LONGEST_HEAD} bytes.`);
      return null;
    }
    const [first = '', ...lines] = text(this.#take(end)).split(/\r?\n/);
    const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(first);
    if (match === null) throw new HttpSyntaxError(`The answer begins with "${shown(first)}".`);
    const status = Number(match[1]);
    if (status < 100) throw new HttpSyntaxError(`${status} is no status code.`);
    const headers = lines.filter((line) => line !== '').map(parseField);
    const hasBody = this.#method !== 'HEAD' && status !== 204 && status !== 304 && status >= 200;
    if (status >= 200) this.#startBody(hasBody, headers);
    return { status, reason: match[2] ?? '', headers, hasBody };
  }

  #startBody(hasBody: boolean, headers: HeaderList): void {
    const values = (name: string): string[] => headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
    const encodings = values('transfer-encoding').join(',').toLowerCase();
    const lengths = new Set(values('content-length').flatMap((value) => value.split(',').map((one) => one.trim())));
    if (!hasBody) this.#state = 'done';
    else if (encodings !== '') this.#state = /(?:^|,)\s*chunked\s*$/.test(encodings) ? 'size' : 'until-end';
    else if (lengths.size === 0) this.#state = 'until-end';
    else {
      const [length = ''] = lengths;
      if (lengths.size > 1 || !/^\d{1,15}$/.test(length))
        throw new HttpSyntaxError(`"${shown([...lengths].join(', '))}" is no length of a body.`);
      this.#left = Number(length);
      this.#state = this.#left === 0 ? 'done' : 'counted';
    }
  }

  #takeLine(): string | null {
    const end = this.#rest.indexOf(10);
    if (end < 0) {
      if (this.#rest.length > LONGEST_HEAD) throw new HttpSyntaxError('A line of the answer does not end.');
      return null;
    }
    return text(this.#take(end + 1)).replace(/\r?\n$/, '');
  }

  #take(length: number): Uint8Array {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }
}

function parseField(line: string): readonly [string, string] {
  const match = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line);
  const [, name, value] = match ?? [];
  if (name === undefined || value === undefined) throw new HttpSyntaxError(`"${shown(line)}" is no header.`);
  return [name, value];
}

/** Length of the head with its empty line, -1 while that has not come. */
function endOfHead(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return -1;
}

/** Latin-1, as header fields are. */
function text(bytes: Uint8Array): string {
  let result = '';
  for (const byte of bytes) result += String.fromCharCode(byte);
  return result;
}

function shown(line: string): string {
  // oxlint-disable-next-line eslint/no-control-regex -- what a message shows must be readable
  return line.slice(0, 60).replace(/[\0-\x1f\x7f-\x9f]/g, '·');
}
