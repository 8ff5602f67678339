/** `internalBinding('string_decoder')`. Stands for src/string_decoder.cc. */
import { ENCODING, base64Encode, hexEncode, asciiDecode, latin1Decode, utf16Decode, utf8Decode } from '../codecs.ts';
import type { Binding, Environment } from '../environment.ts';

// Layout of a decoder's state, a Buffer that JavaScript owns: four bytes of an unfinished character, then three fields.
const MISSING = 4;
const BUFFERED = 5;
const ENCODING_FIELD = 6;
const SIZE = 7;

type State = Uint8Array;
const field = (state: State, index: number): number => state[index] ?? 0;

function makeText(bytes: Uint8Array, start: number, end: number, encoding: number): string {
  switch (encoding) {
    case ENCODING.utf8:
      return utf8Decode(bytes, start, end);
    case ENCODING.utf16le:
      return utf16Decode(bytes, start, end);
    case ENCODING.base64:
      return base64Encode(bytes, start, end, false);
    case ENCODING.base64url:
      return base64Encode(bytes, start, end, true);
    case ENCODING.hex:
      return hexEncode(bytes, start, end);
    case ENCODING.ascii:
      return asciiDecode(bytes, start, end);
    default:
      return latin1Decode(bytes, start, end);
  }
}

/** Bytes of the character that a UTF-8 lead byte starts; 0 for bytes that start none. */
function utf8Length(lead: number): number {
  if ((lead & 0xe0) === 0xc0) return 2;
  if ((lead & 0xf0) === 0xe0) return 3;
  return (lead & 0xf8) === 0xf0 ? 4 : 0;
}

/** How many bytes at the end belong to a character that is not complete, and how many it lacks. */
function unfinished(bytes: Uint8Array, start: number, encoding: number): readonly [buffered: number, missing: number] {
  const { length } = bytes;
  const last = bytes[length - 1] ?? 0;
  if (encoding === ENCODING.utf8) {
    if (last < 0x80) return [0, 0];
    for (let back = 1; back <= 4 && length - back >= start; back++) {
      const byte = bytes[length - back] ?? 0;
      // More than three trailing bytes, or no lead byte at all, is invalid: the decoder deals with it.
      if ((byte & 0xc0) === 0x80) continue;
      const size = utf8Length(byte);
      return back >= size ? [0, 0] : [back, size - back];
    }
    return [0, 0];
  }
  const size = length - start;
  if (encoding === ENCODING.utf16le) {
    if (size % 2 === 1) return [1, 1];
    return (last & 0xfc) === 0xd8 ? [2, 2] : [0, 0];
  }
  return size % 3 === 0 ? [0, 0] : [size % 3, 3 - (size % 3)];
}

/** Takes bytes for the character that an earlier chunk left; gives what that completes and where the rest begins. */
function complete(state: State, bytes: Uint8Array, encoding: number): readonly [text: string, rest: number] {
  let wanted = field(state, MISSING);
  if (encoding === ENCODING.utf8) {
    // A byte that does not continue the character ends it and begins another.
    for (let index = 0; index < bytes.length && index < wanted; index++) {
      if (((bytes[index] ?? 0) & 0xc0) !== 0x80) {
        wanted = index;
        state[MISSING] = index;
        break;
      }
    }
  }
  const found = Math.min(bytes.length, wanted);
  state.set(bytes.subarray(0, found), field(state, BUFFERED));
  state[MISSING] = wanted - found;
  state[BUFFERED] = field(state, BUFFERED) + found;
  if (wanted > found) return ['', found];
  const text = makeText(state, 0, field(state, BUFFERED), encoding);
  state[BUFFERED] = 0;
  return [text, found];
}

function decode(state: State, source: ArrayBufferView): string {
  const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  const encoding = field(state, ENCODING_FIELD);
  if (encoding === ENCODING.ascii || encoding === ENCODING.latin1 || encoding === ENCODING.hex)
    return makeText(bytes, 0, bytes.length, encoding);
  let head = '';
  let start = 0;
  if (field(state, MISSING) > 0) [head, start] = complete(state, bytes, encoding);
  if (start >= bytes.length) return head;
  const [buffered, missing] = unfinished(bytes, start, encoding);
  state[BUFFERED] = buffered;
  state[MISSING] = missing;
  const end = bytes.length - buffered;
  if (buffered > 0) state.set(bytes.subarray(end), 0);
  const body = end > start ? makeText(bytes, start, end, encoding) : '';
  return head === '' ? body : head + body;
}

function flush(state: State): string {
  const encoding = field(state, ENCODING_FIELD);
  let buffered = field(state, BUFFERED);
  if (encoding === ENCODING.utf16le && buffered % 2 === 1) buffered--;
  const text = buffered === 0 ? '' : makeText(state, 0, buffered, encoding);
  state[MISSING] = 0;
  state[BUFFERED] = 0;
  return text;
}

export function create(_environment: Environment): Binding {
  const encodings = Object.entries(ENCODING).reduce<string[]>((names, [name, index]) => {
    names[index] = name;
    return names;
  }, []);
  return {
    encodings,
    kIncompleteCharactersStart: 0,
    kIncompleteCharactersEnd: MISSING,
    kMissingBytes: MISSING,
    kBufferedBytes: BUFFERED,
    kEncodingField: ENCODING_FIELD,
    kNumFields: SIZE,
    kSize: SIZE,
    decode,
    flush,
  };
}
