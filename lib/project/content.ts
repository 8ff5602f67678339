/** A file's content: a string where the bytes are valid UTF-8 text, else the bytes as they are. */
export type Content = string | Uint8Array<ArrayBuffer>;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Text when it is UTF-8 without NUL (the sign that git takes for binary too), else the same bytes. Encoding the result gives the same bytes back. */
export function contentFromBytes(bytes: Uint8Array<ArrayBuffer>): Content {
  if (bytes.includes(0)) return bytes;
  try {
    return decoder.decode(bytes);
  } catch {
    return bytes;
  }
}

export function bytesOf(content: Content): Uint8Array<ArrayBuffer> {
  return typeof content === 'string' ? encoder.encode(content) : content;
}

export function byteLength(content: Content): number {
  return typeof content === 'string' ? encoder.encode(content).length : content.length;
}

export function sameContent(a: Content | undefined, b: Content | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || typeof a === 'string' || typeof b === 'string') return false;
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
