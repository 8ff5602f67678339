import { crc32 } from '../crc32.ts';
import { messageOf } from '../errors/problem.ts';

/**
 * Reads zip archives (PKWARE APPNOTE 6.3.10) as Info-ZIP and others write them, with Unix modes and symlinks. Everything in them may be a lie: the directory is
 * checked, an entry is inflated up to the size that the directory says and no further, and its CRC is compared.
 */
export interface ZipEntry {
  /** As it is written, folders with a `/` at the end. */
  readonly name: string;
  /** Bytes when inflated, as the directory says. */
  readonly size: number;
  readonly kind: 'file' | 'folder' | 'link' | 'special';
  /** Null where the archive does not tell. */
  readonly executable: boolean | null;
  /** Why the content cannot be read, or null. */
  readonly problem: string | null;
  readonly crc: number;
  readonly method: number;
  readonly compressedSize: number;
  readonly offset: number;
}

export class ZipError extends Error {
  override readonly name = 'ZipError';
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ZIP64_EXTRA = 0x0001;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const UTF8 = 1 << 11;
/** "Made by": Unix and macOS. */
const UNIX = new Set([3, 19]);
const S_IFMT = 0o170000;
const S_IFLNK = 0o120000;
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;
const DOS_FOLDER = 0x10;

/**
 * The directory of an archive.
 * @param most entries; more are refused before they are read
 * @throws {ZipError} when it is no archive that can be read
 */
export function readZipDirectory(bytes: Uint8Array, most: number): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, start, size } = findDirectory(view);
  if (count > most) throw new ZipError(`It has ${count} entries; ${most} can be read.`);
  if (start + size > bytes.length) throw new ZipError('It is cut off.');
  const entries: ZipEntry[] = [];
  let at = start;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL_HEADER) throw new ZipError('Its directory is damaged.');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const nameEnd = at + 46 + (nameLength ?? 0);
    const extraEnd = nameEnd + (extraLength ?? 0);
    const end = extraEnd + (commentLength ?? 0);
    if (end > bytes.length) throw new ZipError('Its directory is damaged.');
    entries.push(
      readEntry(view, at, bytes.subarray(at + 46, nameEnd), new DataView(bytes.buffer, bytes.byteOffset + nameEnd, extraEnd - nameEnd)),
    );
    at = end;
  }
  return entries;
}

/** The content of an entry. @throws {ZipError} when it is damaged, or is not what the directory says */
export async function readZipEntry(bytes: Uint8Array<ArrayBuffer>, entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  if (entry.problem !== null) throw new ZipError(entry.problem);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (entry.offset + 30 > bytes.length || view.getUint32(entry.offset, true) !== LOCAL_HEADER) throw new ZipError('It is damaged.');
  const start = entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
  if (start + entry.compressedSize > bytes.length) throw new ZipError('It is cut off.');
  const data = bytes.subarray(start, start + entry.compressedSize);
  const content = entry.method === STORED ? data.slice() : await inflate(data, entry.size);
  if (content.length !== entry.size) throw new ZipError('It has another size than the zip says.');
  if (crc32(content) !== entry.crc) throw new ZipError('It is damaged.');
  return content;
}

/** @throws {ZipError} as soon as there is more than `size` */
async function inflate(data: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const result = new Uint8Array(size);
  let length = 0;
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return result.subarray(0, length);
      if (length + value.length > size) throw new ZipError('It is larger than the zip says.');
      result.set(value, length);
      length += value.length;
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw error instanceof ZipError ? error : new ZipError(`It is damaged: ${messageOf(error)}`, { cause: error });
  }
}

function findDirectory(view: DataView): { count: number; start: number; size: number } {
  // The end's comment has at most 65,535 bytes.
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 0xffff); at -= 1) {
    if (view.getUint32(at, true) !== END) continue;
    const found = { count: view.getUint16(at + 10, true), size: view.getUint32(at + 12, true), start: view.getUint32(at + 16, true) };
    const is64 = found.count === 0xffff || found.size === 0xffff_ffff || found.start === 0xffff_ffff;
    if (!is64 || at < 20 || view.getUint32(at - 20, true) !== LOCATOR_64) return found;
    const end64 = wide(view, at - 12);
    if (end64 + 56 > view.byteLength || view.getUint32(end64, true) !== END_64) throw new ZipError('Its directory is damaged.');
    return { count: wide(view, end64 + 32), size: wide(view, end64 + 40), start: wide(view, end64 + 48) };
  }
  throw new ZipError('It has no directory of a zip.');
}

/** A 64-bit number; what does not fit is larger than any file. */
function wide(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

function readEntry(view: DataView, at: number, rawName: Uint8Array, extra: DataView): ZipEntry {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const name = decodeName(rawName, (flags & UTF8) !== 0);
  const attributes = view.getUint32(at + 38, true);
  const mode = UNIX.has(view.getUint16(at + 4, true) >>> 8) ? attributes >>> 16 : 0;
  const [size = 0, compressedSize = 0, offset = 0] = widened(
    [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)],
    extra,
  );
  return {
    name,
    size,
    compressedSize,
    offset,
    method,
    crc: view.getUint32(at + 16, true),
    kind: kindOf(name, mode, attributes),
    executable: mode === 0 ? null : (mode & 0o100) !== 0,
    problem:
      (flags & ENCRYPTED) !== 0
        ? 'It is encrypted.'
        : method !== STORED && method !== DEFLATED
          ? `It is compressed by a method (${method}) that cannot be read.`
          : method === STORED && size !== compressedSize
            ? 'It has another size than the zip says.'
            : null,
  };
}

function kindOf(name: string, mode: number, attributes: number): ZipEntry['kind'] {
  const type = mode & S_IFMT;
  if (type === S_IFLNK) return 'link';
  if (type === S_IFDIR || name.endsWith('/') || (type === 0 && (attributes & DOS_FOLDER) !== 0)) return 'folder';
  return type === 0 || type === S_IFREG ? 'file' : 'special';
}

/** Replaces the numbers that did not fit by those of the ZIP64 extra field, which come in this order. */
function widened(numbers: readonly number[], extra: DataView): number[] {
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const length = extra.getUint16(at + 2, true);
    if (extra.getUint16(at, true) === ZIP64_EXTRA) {
      let field = at + 4;
      return numbers.map((number) => {
        if (number !== 0xffff_ffff || field + 8 > Math.min(extra.byteLength, at + 4 + length)) return number;
        field += 8;
        return wide(extra, field - 8);
      });
    }
    at += 4 + length;
  }
  return [...numbers];
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** The upper half of code page 437, the names' encoding by the specification. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** Many tools write UTF-8 without saying so. */
function decodeName(bytes: Uint8Array, isUtf8: boolean): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    if (isUtf8) return new TextDecoder().decode(bytes);
    return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : (CP437[byte - 0x80] ?? ''))).join('');
  }
}
