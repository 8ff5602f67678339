/**
 * WebSocket frames (RFC 6455 §5), the client's side: frames that we send are masked, frames that come are not.
 *
 * ```
 * byte 0  FIN RSV1 RSV2 RSV3 opcode:4      byte 1  MASK length:7 (126: 16 bits follow, 127: 64 bits follow)
 * [length] [4 bytes of mask] payload
 * ```
 */
import { concatenated } from '../http/request-bytes.ts';

export const OPCODE = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

/** Close codes (RFC 6455 §7.4.1). */
export const CLOSE = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  NO_STATUS: 1005,
  ABNORMAL: 1006,
  INVALID_DATA: 1007,
  TOO_BIG: 1009,
} as const;

/** Longest message that is put together, in bytes. */
const LONGEST_MESSAGE = 256 * 1024 * 1024;

/** What the other side may not send; the connection ends with `code`. */
export class FrameError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** @param mask four random bytes */
export function encodeFrame(opcode: number, payload: Uint8Array, mask: Uint8Array, isFinal = true): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = new Uint8Array(2 + extended + 4 + length);
  const view = new DataView(frame.buffer);
  frame[0] = (isFinal ? 0x80 : 0) | opcode;
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) view.setUint16(2, length);
  else if (extended === 8) view.setBigUint64(2, BigInt(length));
  frame.set(mask, 2 + extended);
  const start = 2 + extended + 4;
  for (let i = 0; i < length; i++) frame[start + i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0);
  return frame;
}

/** Payload of a Close frame; empty without a code. A reason longer than fits is cut at a character. */
export function closePayload(code: number | null, reason = ''): Uint8Array<ArrayBuffer> {
  if (code === null) return new Uint8Array();
  const payload = new Uint8Array(125);
  new DataView(payload.buffer).setUint16(0, code);
  const { written } = new TextEncoder().encodeInto(reason, payload.subarray(2));
  return payload.slice(0, 2 + written);
}

export type FrameEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'binary'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'ping' | 'pong'; readonly payload: Uint8Array<ArrayBuffer> }
  | { readonly type: 'close'; readonly code: number; readonly reason: string };

/** Bytes in, messages and control frames out. */
export class FrameReader {
  #rest: Uint8Array = new Uint8Array();
  #fragments: Uint8Array[] = [];
  /** Opcode of the message that fragments belong to, 0 when there is none. */
  #opcode = 0;

  /** @throws {FrameError} */
  push(bytes: Uint8Array): FrameEvent[] {
    this.#rest = this.#rest.length === 0 ? bytes : concatenated(this.#rest, bytes);
    const events: FrameEvent[] = [];
    for (;;) {
      const frame = this.#take();
      if (frame === null) return events;
      const event = this.#read(frame);
      if (event !== null) events.push(event);
    }
  }

  #take(): { isFinal: boolean; opcode: number; payload: Uint8Array<ArrayBuffer> } | null {
    const rest = this.#rest;
    const [first, second] = rest;
    if (first === undefined || second === undefined) return null;
    if ((first & 0x70) !== 0) throw new FrameError(CLOSE.PROTOCOL_ERROR, 'A frame uses an extension that nobody asked for.');
    if ((second & 0x80) !== 0) throw new FrameError(CLOSE.PROTOCOL_ERROR, 'A frame of the server is masked.');
    const short = second & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (rest.length < start) return null;
    const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
    const length = short === 126 ? view.getUint16(2) : short === 127 ? Number(view.getBigUint64(2)) : short;
    const opcode = first & 0x0f;
    const isFinal = (first & 0x80) !== 0;
    if (opcode >= 8 && (length > 125 || !isFinal)) throw new FrameError(CLOSE.PROTOCOL_ERROR, 'A control frame is long or in pieces.');
    if (length > LONGEST_MESSAGE) throw new FrameError(CLOSE.TOO_BIG, `A message is longer than ${LONGEST_MESSAGE} bytes.`);
    if (rest.length < start + length) return null;
    this.#rest = rest.subarray(start + length);
    return { isFinal, opcode, payload: rest.slice(start, start + length) };
  }

  #read({ isFinal, opcode, payload }: { isFinal: boolean; opcode: number; payload: Uint8Array<ArrayBuffer> }): FrameEvent | null {
    switch (opcode) {
      case OPCODE.PING:
        return { type: 'ping', payload };
      case OPCODE.PONG:
        return { type: 'pong', payload };
      case OPCODE.CLOSE:
        return readClose(payload);
      case OPCODE.TEXT:
      case OPCODE.BINARY:
        if (this.#opcode !== 0) throw new FrameError(CLOSE.PROTOCOL_ERROR, 'A message begins inside another.');
        this.#opcode = opcode;
        break;
      case OPCODE.CONTINUATION:
        if (this.#opcode === 0) throw new FrameError(CLOSE.PROTOCOL_ERROR, 'A fragment belongs to no message.');
        break;
      default:
        throw new FrameError(CLOSE.PROTOCOL_ERROR, `Opcode ${opcode} is not known.`);
    }
    this.#fragments.push(payload);
    if (this.#fragments.reduce((sum, { length }) => sum + length, 0) > LONGEST_MESSAGE) {
      throw new FrameError(CLOSE.TOO_BIG, `A message is longer than ${LONGEST_MESSAGE} bytes.`);
    }
    if (!isFinal) return null;
    const bytes = concatenated(...this.#fragments);
    const isText = this.#opcode === OPCODE.TEXT;
    this.#fragments = [];
    this.#opcode = 0;
    return isText ? { type: 'text', text: decode(bytes) } : { type: 'binary', bytes };
  }
}

function readClose(payload: Uint8Array): FrameEvent {
  if (payload.length === 0) return { type: 'close', code: CLOSE.NO_STATUS, reason: '' };
  const code = payload.length === 1 ? 0 : new DataView(payload.buffer, payload.byteOffset).getUint16(0);
  const isDefined = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
  if (!isDefined) throw new FrameError(CLOSE.PROTOCOL_ERROR, `${code} is no code of a Close frame.`);
  return { type: 'close', code, reason: decode(payload.subarray(2)) };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw Object.assign(new FrameError(CLOSE.INVALID_DATA, 'A text message is not UTF-8.'), { cause });
  }
}
