/** `internalBinding('icu')`. Stands for src/node_i18n.cc; legacy encodings are the browser's. */
import { latin1Decode, utf16Decode } from '../codecs.ts';
import { isBytes, viewBytes } from '../crypto/bytes.ts';
import type { Binding, Environment } from '../environment.ts';
import { ICU_ERROR_NAMES, ICU_ILLEGAL_ARGUMENT, ICU_INVALID_CHARACTER } from '../text/icu-error-names.ts';
import { stringWidth } from '../text/string-width.ts';

// Guests see Node's class under this name: keep the browser's.
const HostDecoder = globalThis.TextDecoder;
const encoder = new globalThis.TextEncoder();

const FLUSH = 1;
const FATAL = 2;
const IGNORE_BOM = 4;

/** The names that `transcode` knows, after Node's own normalising. */
const TRANSCODABLE = new Set(['ascii', 'latin1', 'binary', 'ucs2', 'utf16le', 'utf8']);

class Converter {
  readonly #decoder: TextDecoder;
  constructor(name: string, flags: number) {
    this.#decoder = new HostDecoder(name, { fatal: (flags & FATAL) !== 0, ignoreBOM: (flags & IGNORE_BOM) !== 0 });
  }
  static decode(converter: Converter, bytes: Uint8Array, stream: boolean): string {
    return converter.#decoder.decode(bytes, { stream });
  }
}
const { decode: decodeWith } = Converter;
Reflect.deleteProperty(Converter, 'decode');

function hasConverter(name: string): boolean {
  // The browser has these two as encodings of its own; ICU has no such converters.
  if (/^(x-user-defined|replacement)$/i.test(name)) return false;
  try {
    return new HostDecoder(name).encoding !== '';
  } catch {
    return false;
  }
}

export function create(environment: Environment): Binding {
  function decode(converter: Converter, input: unknown, flags: number, encoding: string): string {
    if (!isBytes(input)) {
      const message = 'The "input" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.';
      throw environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', message);
    }
    const bytes = viewBytes(input);
    try {
      return decodeWith(converter, bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice(), (flags & FLUSH) === 0);
    } catch {
      throw environment.codedError(
        'TypeError',
        'ERR_ENCODING_INVALID_ENCODED_DATA',
        `The encoded data was not valid for encoding ${encoding}`,
      );
    }
  }

  /** A Buffer, or the number of an ICU error. */
  function transcode(source: Uint8Array, from: string, to: string): Uint8Array | number {
    if (!TRANSCODABLE.has(from) || !TRANSCODABLE.has(to)) return ICU_ILLEGAL_ARGUMENT;
    const text = readText(viewBytes(source), from, to);
    return text === undefined ? ICU_INVALID_CHARACTER : environment.buffer(writeText(text, to));
  }

  return {
    decode,
    transcode,
    hasConverter,
    getConverter: (name: string, flags: number) => (hasConverter(name) ? new Converter(name, flags) : undefined),
    icuErrName: (code: number) => ICU_ERROR_NAMES[code] ?? '[BOGUS UErrorCode]',
    getStringWidth: (text: string, ambiguousIsWide?: unknown, expandEmoji?: unknown) =>
      stringWidth(text, ambiguousIsWide === true, typeof expandEmoji !== 'boolean' || expandEmoji),
  };
}

function readText(source: Uint8Array, from: string, to: string): string | undefined {
  if (from === 'ucs2' || from === 'utf16le') return utf16Decode(source, 0, source.length);
  if (from === 'utf8') {
    // Between Unicode's forms Node's converter is strict; to the others damage becomes a substitute.
    const strict = to === 'ucs2' || to === 'utf16le' || to === 'utf8';
    try {
      return new HostDecoder('utf-8', { fatal: strict, ignoreBOM: true }).decode(source.slice());
    } catch {
      return undefined;
    }
  }
  const text = latin1Decode(source, 0, source.length);
  // Widening to UTF-16 is done byte by byte, whatever the bytes are called.
  return from === 'ascii' && to !== 'ucs2' && to !== 'utf16le' ? text.replace(/[\x80-\xff]/g, '\ufffd') : text;
}

function writeText(text: string, to: string): Uint8Array {
  if (to === 'utf8') return encoder.encode(text);
  if (to === 'ucs2' || to === 'utf16le') {
    const bytes = new Uint8Array(text.length * 2);
    const view = new DataView(bytes.buffer);
    for (let index = 0; index < text.length; index++) view.setUint16(index * 2, text.charCodeAt(index), true);
    return bytes;
  }
  const most = to === 'ascii' ? 0x7f : 0xff;
  // One substitute per code point.
  return Uint8Array.from([...text], (character) => {
    const point = character.codePointAt(0) ?? 0;
    return point <= most ? point : 0x3f;
  });
}
