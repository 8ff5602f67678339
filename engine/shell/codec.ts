/**
 * UTF-8 with `surrogateescape`: a byte that is not UTF-8 becomes the lone surrogate U+DC00 + byte and comes back as the same byte, so that names and
 * text of any encoding pass through the shell unharmed.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const ESCAPED = /[\uDC80-\uDCFF]/u;

/** Bytes (private memory, not shared) as a string. */
export function decode(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    // Not UTF-8 throughout: that is not an error here, the slow way keeps every byte.
    return decodeEscaping(bytes);
  }
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

function decodeEscaping(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes[i] ?? 0);
    let piece: string | undefined;
    if (length > 0) {
      try {
        piece = strict.decode(bytes.subarray(i, i + length));
      } catch {
        piece = undefined;
      }
    }
    if (piece === undefined) {
      text += String.fromCharCode(0xdc00 + (bytes[i] ?? 0));
      i++;
    } else {
      text += piece;
      i += length;
    }
  }
  return text;
}

/** The bytes of a string, escaped bytes included. */
export function encode(text: string): Uint8Array {
  if (!ESCAPED.test(text)) return encoder.encode(text);
  const parts: Uint8Array[] = [];
  let total = 0;
  for (const piece of text.split(/([\uDC80-\uDCFF]+)/u)) {
    const bytes = ESCAPED.test(piece) ? Uint8Array.from(piece, (c) => c.charCodeAt(0) - 0xdc00) : encoder.encode(piece);
    parts.push(bytes);
    total += bytes.length;
  }
  return concat(parts, total);
}

export function concat(parts: readonly Uint8Array[], total = parts.reduce((sum, part) => sum + part.length, 0)): Uint8Array {
  const all = new Uint8Array(total);
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
