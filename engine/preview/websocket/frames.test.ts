import { describe, expect, it } from 'vitest';
import { closePayload, encodeFrame, FrameError, FrameReader, OPCODE } from './frames.ts';

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Examples of RFC 6455 §5.7. */
const HELLO = bytes(0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f);
const HELLO_MASKED = bytes(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58);
const HELLO_FRAGMENTS = bytes(0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f);
const PING_HELLO = bytes(0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f);

describe('encodeFrame', () => {
  it('masks as the RFC shows', () => {
    expect(encodeFrame(OPCODE.TEXT, utf8('Hello'), bytes(0x37, 0xfa, 0x21, 0x3d))).toEqual(HELLO_MASKED);
    expect(encodeFrame(OPCODE.PONG, utf8('Hello'), bytes(0x37, 0xfa, 0x21, 0x3d))).toEqual(bytes(0x8a, ...HELLO_MASKED.subarray(1)));
  });

  it.each([
    [125, [0x82, 0x80 | 125]],
    [256, [0x82, 0xfe, 0x01, 0x00]],
    [65_536, [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]],
  ])('writes the length %i', (length, head) => {
    const frame = encodeFrame(OPCODE.BINARY, new Uint8Array(length), bytes(0, 0, 0, 0));
    expect([...frame.subarray(0, head.length)]).toEqual(head);
    expect(frame).toHaveLength(head.length + 4 + length);
  });
});

describe('closePayload', () => {
  it('has the code and a reason that fits', () => {
    expect(closePayload(null)).toHaveLength(0);
    expect(closePayload(1000, 'ok')).toEqual(bytes(0x03, 0xe8, 0x6f, 0x6b));
    const long = closePayload(1000, 'ü'.repeat(100));
    expect(long).toHaveLength(124);
    expect(new TextDecoder('utf-8', { fatal: true }).decode(long.subarray(2))).toBe('ü'.repeat(61));
  });
});

describe('FrameReader', () => {
  it("reads the RFC's examples", () => {
    expect(new FrameReader().push(HELLO)).toEqual([{ type: 'text', text: 'Hello' }]);
    expect(new FrameReader().push(HELLO_FRAGMENTS)).toEqual([{ type: 'text', text: 'Hello' }]);
    expect(new FrameReader().push(PING_HELLO)).toEqual([{ type: 'ping', payload: utf8('Hello') }]);
    const long = new Uint8Array(256).fill(7);
    expect(new FrameReader().push(bytes(0x82, 0x7e, 0x01, 0x00, ...long))).toEqual([{ type: 'binary', bytes: long }]);
    const longer = new Uint8Array(65_536).fill(7);
    expect(new FrameReader().push(bytes(0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0, ...longer))).toEqual([{ type: 'binary', bytes: longer }]);
  });

  it('reads frames in any pieces, control frames between fragments', () => {
    const all = bytes(...HELLO_FRAGMENTS.subarray(0, 5), ...PING_HELLO, ...HELLO_FRAGMENTS.subarray(5), ...HELLO);
    const reader = new FrameReader();
    const events = [...all].flatMap((byte) => reader.push(bytes(byte)));
    expect(events.map(({ type }) => type)).toEqual(['ping', 'text', 'text']);
  });

  it('reads why the other side closes', () => {
    expect(new FrameReader().push(bytes(0x88, 0))).toEqual([{ type: 'close', code: 1005, reason: '' }]);
    expect(new FrameReader().push(bytes(0x88, 4, 0x03, 0xe9, 0x6f, 0x6b))).toEqual([{ type: 'close', code: 1001, reason: 'ok' }]);
  });

  it.each([
    ['masked frames', HELLO_MASKED, 1002],
    ['extensions', bytes(0xc1, 0), 1002],
    ['unknown opcodes', bytes(0x83, 0), 1002],
    ['fragments of nothing', bytes(0x80, 0), 1002],
    ['a message inside another', bytes(0x01, 0, 0x01, 0), 1002],
    ['long control frames', bytes(0x89, 126, 0, 126), 1002],
    ['control frames in pieces', bytes(0x09, 0), 1002],
    ['close codes that may not be sent', bytes(0x88, 2, 0x03, 0xed), 1002],
    ['half a close code', bytes(0x88, 1, 0), 1002],
    ['text that is not UTF-8', bytes(0x81, 1, 0xff), 1007],
    ['endless messages', bytes(0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0), 1009],
  ])('refuses %s', (_, frame, code) => {
    const error = (() => {
      try {
        return new FrameReader().push(frame);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(FrameError);
    expect(error).toMatchObject({ code });
  });
});
