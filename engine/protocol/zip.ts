/** Writes zip archives (PKWARE APPNOTE 6.3) of file trees: deflate, UTF-8 names, Unix modes so that symlinks survive. Up to 4 GB and 65,535 entries. */
import type { TreeNode } from './file-tree.ts';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const VERSION = 20;
/** Made by Unix: the upper half of the external attributes is st_mode. */
const MADE_BY = (3 << 8) | VERSION;
const UTF8_NAMES = 1 << 11;
const STORED = 0;
const DEFLATED = 8;
/** 1980-01-01 00:00, the earliest DOS time: trees carry no times, and equal trees give equal archives. */
const DOS_DATE = (1 << 5) | 1;

const S_IFREG = 0o100644;
const S_IFLNK = 0o120777;
const S_IFDIR = 0o040755;

const encoder = new TextEncoder();

interface Entry {
  readonly name: Uint8Array;
  readonly mode: number;
  readonly size: number;
  readonly crc: number;
  readonly method: number;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly offset: number;
}

export async function toZip(node: TreeNode): Promise<Uint8Array<ArrayBuffer>> {
  const entries: Entry[] = [];
  let offset = 0;
  for (const { path, mode, contents } of listEntries(node, '')) {
    const name = encoder.encode(path);
    const deflated = await deflate(contents);
    const method = deflated.length < contents.length ? DEFLATED : STORED;
    const data = method === DEFLATED ? deflated : Uint8Array.from(contents);
    entries.push({ name, mode, size: contents.length, crc: crc32(contents), method, data, offset });
    offset += 30 + name.length + data.length;
  }
  if (entries.length > 0xffff || offset > 0xffff_ffff)
    throw new Error(`A zip archive of ${entries.length} entries and ${offset} bytes is too large to write.`);
  const directorySize = entries.reduce((sum, { name }) => sum + 46 + name.length, 0);
  const result = new Uint8Array(offset + directorySize + 22);
  const view = new DataView(result.buffer);

  for (const entry of entries) {
    view.setUint32(entry.offset, LOCAL_HEADER, true);
    writeCommon(view, entry.offset + 4, entry);
    result.set(entry.name, entry.offset + 30);
    result.set(entry.data, entry.offset + 30 + entry.name.length);
  }
  let at = offset;
  for (const entry of entries) {
    view.setUint32(at, CENTRAL_HEADER, true);
    view.setUint16(at + 4, MADE_BY, true);
    writeCommon(view, at + 6, entry);
    view.setUint32(at + 38, (entry.mode << 16) | (entry.mode === S_IFDIR ? 0x10 : 0), true);
    view.setUint32(at + 42, entry.offset, true);
    result.set(entry.name, at + 46);
    at += 46 + entry.name.length;
  }
  view.setUint32(at, END_OF_DIRECTORY, true);
  view.setUint16(at + 8, entries.length, true);
  view.setUint16(at + 10, entries.length, true);
  view.setUint32(at + 12, directorySize, true);
  view.setUint32(at + 16, offset, true);
  return result;
}

/** The fields that local and central headers share, from "version needed" to the length of the extra field. */
function writeCommon(view: DataView, at: number, { name, size, crc, method, data }: Entry): void {
  view.setUint16(at, VERSION, true);
  view.setUint16(at + 2, UTF8_NAMES, true);
  view.setUint16(at + 4, method, true);
  view.setUint16(at + 8, DOS_DATE, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, data.length, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, name.length, true);
}

function* listEntries(node: TreeNode, path: string): Generator<{ path: string; mode: number; contents: Uint8Array }> {
  if (node.kind === 'file') {
    yield { path: path === '' ? 'file' : path, mode: S_IFREG, contents: node.contents };
  } else if (node.kind === 'symlink') {
    yield { path, mode: S_IFLNK, contents: encoder.encode(node.target) };
  } else {
    if (path !== '') yield { path: `${path}/`, mode: S_IFDIR, contents: new Uint8Array() };
    for (const [name, entry] of node.entries) yield* listEntries(entry, path === '' ? name : `${path}/${name}`);
  }
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

/** CRC-32 of ISO 3309, as zip and gzip use it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffff_ffff) >>> 0;
}
