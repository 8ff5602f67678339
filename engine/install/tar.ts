/**
 * Reader of tar archives as npm packs them: ustar, with pax extended headers (path, size) and GNU long names.
 * See POSIX.1-2017 pax, "ustar Interchange Format" and "pax Header".
 */
import { InstallError } from './errors.ts';

export interface TarEntry {
  /** As in the archive, not normalised. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** Permission bits. */
  readonly mode: number;
  /** A view on the archive's bytes. */
  readonly data: Uint8Array<ArrayBuffer>;
}

const BLOCK = 512;

function invalid(reason: string): InstallError {
  return new InstallError('TAR_BAD_ARCHIVE', `TAR_BAD_ARCHIVE: ${reason}`);
}

const decoder = new TextDecoder();

function text(block: Uint8Array, offset: number, length: number): string {
  let end = offset;
  while (end < offset + length && block[end] !== 0) end++;
  return decoder.decode(block.subarray(offset, end));
}

/** A number field: octal digits, or base 256 when its first bit is set. */
function number(block: Uint8Array, offset: number, length: number): number {
  const first = block[offset] ?? 0;
  if ((first & 0x80) !== 0) {
    let value = first & 0x7f;
    for (let at = offset + 1; at < offset + length; at++) value = value * 256 + (block[at] ?? 0);
    return value;
  }
  let value = 0;
  for (let at = offset; at < offset + length; at++) {
    const digit = block[at] ?? 0;
    if (digit >= 0x30 && digit <= 0x37) value = value * 8 + (digit - 0x30);
    else if (digit !== 0x20 || value !== 0) break;
  }
  return value;
}

function checksumMatches(block: Uint8Array): boolean {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum === number(block, 148, 8);
}

/** Records `<length> <key>=<value>\n` of a pax header; the length counts the whole record in bytes. */
function paxRecords(data: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < data.length) {
    let space = at;
    while (space < data.length && data[space] !== 0x20) space++;
    const length = Number.parseInt(decoder.decode(data.subarray(at, space)), 10);
    if (!(length > 0) || at + length > data.length) break;
    const record = decoder.decode(data.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

/** A pax record's size. A negative one would lead back to a header that was read before. */
function sizeOf(record: string): number {
  if (!/^\d{1,15}$/.test(record)) throw invalid(`invalid size "${record.slice(0, 20)}" in a pax header`);
  return Number(record);
}

function typeOf(flag: string, path: string): TarEntry['type'] {
  if (flag === '0' || flag === '\0' || flag === '7') return path.endsWith('/') ? 'directory' : 'file';
  if (flag === '5') return 'directory';
  return flag === '1' || flag === '2' ? 'link' : 'other';
}

/** Entries of an unpacked archive in their order. Throws `TAR_BAD_ARCHIVE` on a wrong checksum or a cut-off archive. */
export function* readTar(archive: Uint8Array<ArrayBuffer>): Generator<TarEntry> {
  let at = 0;
  let longName: string | undefined;
  let local = new Map<string, string>();
  const global = new Map<string, string>();
  let entries = 0;
  while (at + BLOCK <= archive.length) {
    const header = archive.subarray(at, at + BLOCK);
    at += BLOCK;
    if (header[0] === 0 && header.every((byte) => byte === 0)) {
      if (entries === 0) throw invalid('empty archive');
      return;
    }
    if (!checksumMatches(header)) throw invalid(`invalid header checksum at byte ${at - BLOCK}`);
    const flag = String.fromCharCode(header[156] ?? 0);
    const paxSize = local.get('size') ?? global.get('size');
    const isMetadata = flag === 'x' || flag === 'g' || flag === 'L' || flag === 'K';
    const size = !isMetadata && paxSize !== undefined ? sizeOf(paxSize) : number(header, 124, 12);
    if (at + size > archive.length) throw invalid('unexpected end of archive');
    const data = archive.subarray(at, at + size);
    at += Math.ceil(size / BLOCK) * BLOCK;
    if (flag === 'x') {
      local = paxRecords(data);
      continue;
    }
    if (flag === 'g') {
      for (const [key, value] of paxRecords(data)) global.set(key, value);
      continue;
    }
    if (flag === 'L') {
      longName = text(data, 0, data.length);
      continue;
    }
    if (flag === 'K') continue;
    const prefix = decoder.decode(header.subarray(257, 262)) === 'ustar' ? text(header, 345, 155) : '';
    const name = text(header, 0, 100);
    const path = longName ?? local.get('path') ?? global.get('path') ?? (prefix === '' ? name : `${prefix}/${name}`);
    entries++;
    yield { path, type: typeOf(flag, path), mode: number(header, 100, 8) & 0o7777, data };
    longName = undefined;
    local = new Map();
  }
  throw invalid(entries === 0 ? 'unrecognized archive format' : 'unexpected end of archive');
}
