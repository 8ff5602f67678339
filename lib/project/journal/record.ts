import { crc32 } from '../../crc32.ts';
import type { Content } from '../content.ts';
import type { StorageBatch } from '../storage.ts';

/**
 * What the browser's storage has not confirmed yet. `sequence` grows with each of a project's changes over all its visits (it is the time in milliseconds
 * since the epoch, or one more than before): the batch holds all those after the last that was stored, up to this one, each path with its newest content.
 */
export interface JournalEntry {
  readonly sequence: number;
  readonly batch: StorageBatch;
}

/** One state of the journal's file. */
export interface JournalRecord {
  /** Of two records the one with the higher generation is newer. */
  readonly generation: number;
  /** Null: everything is stored. */
  readonly entry: JournalEntry | null;
}

/**
 * Layout, little endian: magic u32 · CRC-32 of all that follows u32 · generation f64 · sequence f64 · length of the JSON u32 · length of the bytes u32 ·
 * JSON (UTF-8; no batch: none) · bytes of the binary files one after the other.
 */
const HEADER = 32;
const MAGIC = 0x314a_504a;

type Json = Omit<StorageBatch, 'files' | 'links' | 'executables' | 'folders'> & {
  /** Text as it is (JSON keeps lone surrogates too), bytes by their number. */
  readonly files: readonly (readonly [string, string | number | null])[];
  readonly links: readonly (readonly [string, string | null])[];
  readonly executables: readonly (readonly [string, boolean])[];
  readonly folders: readonly (readonly [string, boolean])[];
};

export function encodeRecord({ generation, entry }: JournalRecord): Uint8Array<ArrayBuffer> {
  const binary: Uint8Array[] = [];
  const json = entry === null ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(toJson(entry.batch, binary)));
  const byteCount = binary.reduce((sum, { length }) => sum + length, 0);
  const record = new Uint8Array(HEADER + json.length + byteCount);
  const view = new DataView(record.buffer);
  view.setUint32(0, MAGIC, true);
  view.setFloat64(8, generation, true);
  view.setFloat64(16, entry?.sequence ?? 0, true);
  view.setUint32(24, json.length, true);
  view.setUint32(28, byteCount, true);
  record.set(json, HEADER);
  let at = HEADER + json.length;
  for (const bytes of binary) {
    record.set(bytes, at);
    at += bytes.length;
  }
  view.setUint32(4, crc32(record.subarray(8)), true);
  return record;
}

/** The record at the start of a file, or null where there is none, or one that was not written to its end. */
export function decodeRecord(file: Uint8Array<ArrayBuffer>): JournalRecord | null {
  if (file.length < HEADER) return null;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0, true) !== MAGIC) return null;
  const jsonLength = view.getUint32(24, true);
  const end = HEADER + jsonLength + view.getUint32(28, true);
  if (end > file.length || view.getUint32(4, true) !== crc32(file.subarray(8, end))) return null;
  const generation = view.getFloat64(8, true);
  if (jsonLength === 0) return { generation, entry: null };
  const json = new TextDecoder().decode(file.subarray(HEADER, HEADER + jsonLength));
  const batch = fromJson(JSON.parse(json) as Json, file.subarray(HEADER + jsonLength, end));
  return { generation, entry: { sequence: view.getFloat64(16, true), batch } };
}

function toJson(batch: StorageBatch, binary: Uint8Array[]): Json {
  const { files = [], links = [], executables = [], folders = [], ...rest } = batch;
  const shown = (content: Content | null): string | number | null => {
    if (content === null || typeof content === 'string') return content;
    binary.push(content);
    return content.length;
  };
  return {
    ...rest,
    files: [...files].map(([path, content]) => [path, shown(content)]),
    links: [...links],
    executables: [...executables],
    folders: [...folders],
  };
}

function fromJson({ files, links, executables, folders, ...rest }: Json, binary: Uint8Array<ArrayBuffer>): StorageBatch {
  let at = 0;
  const contentOf = (shown: string | number | null): Content | null => {
    if (typeof shown !== 'number') return shown;
    at += shown;
    return binary.slice(at - shown, at);
  };
  return {
    ...rest,
    files: new Map(files.map(([path, shown]) => [path, contentOf(shown)])),
    links: new Map(links),
    executables: new Map(executables),
    folders: new Map(folders),
  };
}
