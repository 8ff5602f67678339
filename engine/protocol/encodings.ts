/** Node's text encodings over byte arrays (https://nodejs.org/api/buffer.html#buffers-and-character-encodings). */
import { CodedError } from './errors.ts';

const NAMES: ReadonlyMap<string, 'utf8' | 'latin1' | 'ascii' | 'base64' | 'base64url' | 'hex' | 'utf16le'> = new Map([
  ['utf8', 'utf8'],
  ['utf-8', 'utf8'],
  ['latin1', 'latin1'],
  ['binary', 'latin1'],
  ['ascii', 'ascii'],
  ['base64', 'base64'],
  ['base64url', 'base64url'],
  ['hex', 'hex'],
  ['utf16le', 'utf16le'],
  ['utf-16le', 'utf16le'],
  ['ucs2', 'utf16le'],
  ['ucs-2', 'utf16le'],
]);

function nameOf(encoding: string): string {
  const name = NAMES.get(encoding.toLowerCase());
  if (name === undefined) {
    throw new CodedError('ERR_INVALID_ARG_VALUE', `The argument 'encoding' is invalid encoding. Received '${encoding}'`);
  }
  return name;
}

export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

export function fromLatin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export function decode(bytes: Uint8Array, encoding: string): string {
  switch (nameOf(encoding)) {
    case 'utf8':
      // Node keeps a byte order mark.
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    case 'utf16le':
      return new TextDecoder('utf-16le', { ignoreBOM: true }).decode(bytes.subarray(0, bytes.length & ~1));
    case 'ascii':
      return latin1(bytes.map((byte) => byte & 0x7f));
    case 'hex':
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    case 'base64':
      return btoa(latin1(bytes));
    case 'base64url':
      return btoa(latin1(bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
    default:
      return latin1(bytes);
  }
}

export function encode(text: string, encoding: string): Uint8Array<ArrayBuffer> {
  switch (nameOf(encoding)) {
    case 'utf8':
      return new TextEncoder().encode(text);
    case 'utf16le': {
      const bytes = new Uint8Array(text.length * 2);
      const view = new DataView(bytes.buffer);
      for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true);
      return bytes;
    }
    case 'hex': {
      // Node stops at the first pair that is not hexadecimal.
      const digits = /^(?:[0-9a-f]{2})*/i.exec(text)?.[0] ?? '';
      return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    }
    case 'base64':
    case 'base64url': {
      const plain = text
        .replaceAll('-', '+')
        .replaceAll('_', '/')
        .replace(/[^A-Za-z0-9+/]/g, '');
      return fromLatin1(atob(plain.length % 4 === 1 ? plain.slice(0, -1) : plain));
    }
    default:
      return fromLatin1(text);
  }
}
