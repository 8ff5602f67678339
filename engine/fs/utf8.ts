/**
 * UTF-8 with surrogateescape: bytes that are not UTF-8 appear in strings as U+DC80..U+DCFF, one each.
 * TextEncoder and TextDecoder neither know this nor accept shared memory, so names go through here.
 */

/** Bytes that `text` needs in UTF-8. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (unit < 0xd800 || unit > 0xdfff) length += 2;
    else if (isPair(text, i)) {
      length += 2;
      i++;
    } else if (!isEscaped(unit)) length += 2;
  }
  return length;
}

/** Writes `text[from..to)` to `target` at `offset`; the end offset, or -1 when it does not fit. */
export function encodeUtf8(text: string, from: number, to: number, target: Uint8Array, offset: number): number {
  const limit = target.length - 4;
  for (let i = from; i < to; i++) {
    if (offset > limit) return -1;
    let unit = text.charCodeAt(i);
    if (unit < 0x80) {
      target[offset++] = unit;
      continue;
    }
    if (unit < 0x800) {
      target[offset++] = 0xc0 | (unit >> 6);
      target[offset++] = 0x80 | (unit & 63);
      continue;
    }
    if (unit >= 0xd800 && unit <= 0xdfff) {
      if (i + 1 < to && isPair(text, i)) {
        const point = 0x10000 + ((unit & 0x3ff) << 10) + (text.charCodeAt(++i) & 0x3ff);
        target[offset++] = 0xf0 | (point >> 18);
        target[offset++] = 0x80 | ((point >> 12) & 63);
        target[offset++] = 0x80 | ((point >> 6) & 63);
        target[offset++] = 0x80 | (point & 63);
        continue;
      }
      if (isEscaped(unit)) {
        target[offset++] = unit & 0xff;
        continue;
      }
      unit = 0xfffd;
    }
    target[offset++] = 0xe0 | (unit >> 12);
    target[offset++] = 0x80 | ((unit >> 6) & 63);
    target[offset++] = 0x80 | (unit & 63);
  }
  return offset;
}

/** Text of `bytes[from..to)`; works on shared memory. */
export function decodeUtf8(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  const units: number[] = [];
  for (let i = from; i < to;) {
    const first = bytes[i] ?? 0;
    const length = sequenceLength(bytes, i, to);
    if (length === 0) units.push(0xdc00 | first);
    else if (length === 1) units.push(first);
    else {
      let point = first & (0xff >> (length + 1));
      for (let k = 1; k < length; k++) point = (point << 6) | ((bytes[i + k] ?? 0) & 63);
      if (point >= 0x10000) units.push(0xd800 | ((point - 0x10000) >> 10), 0xdc00 | (point & 0x3ff));
      else units.push(point);
    }
    i += length || 1;
    if (units.length > 4000) text += String.fromCharCode(...units.splice(0));
  }
  return text + String.fromCharCode(...units);
}

/** Length of the well-formed sequence at `at` (no overlong forms, no surrogates), or 0. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) return 0;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let k = 2; k < length; k++) if (((bytes[at + k] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

function isPair(text: string, i: number): boolean {
  const unit = text.charCodeAt(i);
  if (unit > 0xdbff) return false;
  const next = text.charCodeAt(i + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}

function isEscaped(unit: number): boolean {
  return unit >= 0xdc80 && unit <= 0xdcff;
}
