import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { badArchive, tooLarge, tooMany } from './edge-problems.ts';
import { checkedPath } from './listing.ts';
import type { EdgeLimits } from './limits.ts';

/** One file of an archive. */
export interface ZipFile {
  readonly path: string;
  /** @throws {ProblemError} when the archive lies about it */
  readonly bytes: () => Promise<Uint8Array>;
}

const inflate = promisify(inflateRaw);

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 65_535;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** Unix modes, in the upper half of a file's attributes. */
const LINK = 0o120000;
const TYPE = 0o170000;

/**
 * Reads the table of a zip archive (APPNOTE 6.3) and hands out its files one by one. Sizes are checked before anything is unpacked, and nothing unpacks to more
 * than the table says. Folders, links, what macOS adds, and `node_modules` are left out, as Netlify's client does.
 */
export function readZip(archive: Uint8Array, limits: EdgeLimits): ZipFile[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) throw badArchive('It is a ZIP64 archive, which is for more than a deploy may have.');
  const files: ZipFile[] = [];
  const seen = new Set<string>();
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL_BYTES > archive.length || view.getUint32(at, true) !== CENTRAL) throw badArchive('Its table of files is damaged.');
    const [flags, method, packed, size] = [
      view.getUint16(at + 8, true),
      view.getUint16(at + 10, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 24, true),
    ];
    const [nameBytes, extraBytes, commentBytes] = [
      view.getUint16(at + 28, true),
      view.getUint16(at + 30, true),
      view.getUint16(at + 32, true),
    ];
    const isLink = ((view.getUint32(at + 38, true) >>> 16) & TYPE) === LINK;
    const local = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(archive.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes)).replaceAll('\\', '/');
    at += CENTRAL_BYTES + nameBytes + extraBytes + commentBytes;
    if (name.endsWith('/') || isLink || /(?:^|\/)(?:__MACOSX|node_modules)\//.test(name)) continue;
    const path = checkedPath(name);
    if ((flags & ENCRYPTED) !== 0) throw badArchive(`“${path}” is encrypted.`);
    if (method !== STORED && method !== DEFLATED) throw badArchive(`“${path}” is packed in a way (${method}) that is not known here.`);
    if (seen.has(path)) throw badArchive(`“${path}” is in it twice.`);
    seen.add(path);
    if (size > limits.fileBytes) throw tooLarge(`“${path}” has more bytes`, limits.fileBytes);
    total += size;
    if (total > limits.bytes) throw tooLarge('The files have more bytes', limits.bytes);
    if (files.length >= limits.files) throw tooMany('files', limits.files, 'Deploy fewer files.');
    files.push({ path, bytes: () => unpack(archive, view, { path, local, packed, size, method }) });
  }
  return files;
}

function findEnd(view: DataView): number {
  const earliest = Math.max(0, view.byteLength - END_BYTES - LONGEST_COMMENT);
  for (let at = view.byteLength - END_BYTES; at >= earliest; at -= 1) if (view.getUint32(at, true) === END) return at;
  throw badArchive('It is no zip archive.');
}

interface Entry {
  readonly path: string;
  readonly local: number;
  readonly packed: number;
  readonly size: number;
  readonly method: number;
}

async function unpack(archive: Uint8Array, view: DataView, { path, local, packed, size, method }: Entry): Promise<Uint8Array> {
  if (local + LOCAL_BYTES > archive.length || view.getUint32(local, true) !== LOCAL)
    throw badArchive(`“${path}” is not where the table says.`);
  const start = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packed > archive.length) throw badArchive(`“${path}” is cut off.`);
  const data = archive.subarray(start, start + packed);
  if (method === STORED) {
    if (packed !== size) throw badArchive(`“${path}” has another size than the table says.`);
    return data;
  }
  let bytes: Uint8Array;
  try {
    bytes = await inflate(data, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw badArchive(`“${path}” does not unpack to the ${size} bytes that the table says.`);
  }
  if (bytes.length !== size) throw badArchive(`“${path}” has another size than the table says.`);
  return bytes;
}
