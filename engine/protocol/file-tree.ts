/**
 * Trees of files as they travel between page and engine:
 * `{ d: { name: { f: { c: contents, b?: true } } | { f: { l: target } } | { d: … } } }`, as JSON (contents a string; with `b` one character per byte) or as
 * MessagePack (contents binary or a string), the format of @webcontainer/snapshot.
 */
import type { FileSystem } from '../fs/types.ts';
import { fromLatin1, latin1 } from './encodings.ts';
import { check } from './errors.ts';
import { decodeMessagePack, encodeMessagePack } from './message-pack.ts';
import type { MessagePackValue } from './message-pack.ts';

export type TreeNode =
  | { readonly kind: 'file'; readonly contents: Uint8Array }
  | { readonly kind: 'symlink'; readonly target: string }
  | { readonly kind: 'directory'; readonly entries: ReadonlyMap<string, TreeNode> };

export class FileTreeError extends Error {}

/** Folders in folders that are read; a deeper tree is refused instead of overflowing the stack. A path of 4096 bytes cannot be deeper than 2048. */
const MAX_DEPTH = 2048;

const encoder = new TextEncoder();
const X_OK = 1;

/** Reads a tree in either format. @throws {FileTreeError | MessagePackError | SyntaxError} when it is not one. */
export function parseTree(bytes: Uint8Array): TreeNode {
  // A snapshot is a MessagePack map (0x80…), JSON starts with a brace or blanks.
  const first = bytes[0] ?? 0;
  if (first >= 0x80) return toNode(decodeMessagePack(bytes), '', 0);
  return toNode(JSON.parse(new TextDecoder().decode(bytes)), '', 0);
}

function field(value: unknown, name: string): unknown {
  if (value instanceof Map) return value.get(name);
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function toNode(value: unknown, path: string, depth: number): TreeNode {
  if (depth > MAX_DEPTH) throw new FileTreeError(`The tree is nested too deeply: more than ${MAX_DEPTH} folders.`);
  const directory = field(value, 'd');
  if (typeof directory === 'object' && directory !== null) {
    const entries = new Map<string, TreeNode>();
    for (const [name, entry] of directory instanceof Map ? directory : Object.entries(directory)) {
      if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
        throw new FileTreeError(`"${name}" in "${path}/" is no name of a file. Nest folders instead of writing paths.`);
      }
      entries.set(name, toNode(entry, `${path}/${name}`, depth + 1));
    }
    return { kind: 'directory', entries };
  }
  const file = field(value, 'f');
  const target = field(file, 'l');
  if (typeof target === 'string') return { kind: 'symlink', target };
  const contents = field(file, 'c');
  if (contents instanceof Uint8Array) return { kind: 'file', contents };
  if (typeof contents === 'string')
    return { kind: 'file', contents: field(file, 'b') === true ? fromLatin1(contents) : encoder.encode(contents) };
  throw new FileTreeError(`"${path === '' ? '/' : path}" in the tree is neither a directory, a file nor a symlink.`);
}

/**
 * Writes a tree below an absolute path: folders are merged, files and links replaced. The formats carry no modes: files that begin with `#!` are made
 * executable, or the commands of a mounted node_modules could not be started. @throws {SystemCallError}
 */
export function writeTree(files: FileSystem, path: string, node: TreeNode): void {
  switch (node.kind) {
    case 'directory':
      if (files.kind(path) !== 1) check(files.mkdir(path, 0o755), 'mkdir', path);
      for (const [name, entry] of node.entries) writeTree(files, `${path === '/' ? '' : path}/${name}`, entry);
      break;
    case 'file':
      check(files.writeFile(path, node.contents, isScript(node.contents) ? 0o755 : 0o644), 'open', path);
      // A file that was there keeps its mode when it is written.
      if (isScript(node.contents) && files.access(path, X_OK) < 0) check(files.chmod(path, 0o755), 'chmod', path);
      break;
    case 'symlink':
      if (typeof files.readlink(path) === 'string') check(files.unlink(path), 'unlink', path);
      check(files.symlink(node.target, path), 'symlink', node.target, path);
      break;
  }
}

function isScript(contents: Uint8Array): boolean {
  return contents[0] === 0x23 && contents[1] === 0x21;
}

/** JSON text of a tree: files that are valid UTF-8 as text, others with `b` and one character per byte. */
export function toJsonTree(node: TreeNode): Uint8Array<ArrayBuffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const convert = (one: TreeNode): unknown => {
    if (one.kind === 'symlink') return { f: { l: one.target } };
    if (one.kind === 'directory') {
      const entries = Object.create(null) as Record<string, unknown>;
      for (const [name, entry] of one.entries) entries[name] = convert(entry);
      return { d: entries };
    }
    try {
      return { f: { c: decoder.decode(one.contents) } };
    } catch {
      // Not UTF-8: that is what the decoder was asked to find out.
      return { f: { c: latin1(one.contents), b: true } };
    }
  };
  return encoder.encode(JSON.stringify(convert(node)));
}

/** A snapshot that `mount` takes back. */
export function toSnapshot(node: TreeNode): Uint8Array<ArrayBuffer> {
  const convert = (one: TreeNode): MessagePackValue => {
    if (one.kind === 'symlink') return new Map([['f', new Map([['l', one.target]])]]);
    if (one.kind === 'file') return new Map([['f', new Map([['c', one.contents]])]]);
    return new Map([['d', new Map([...one.entries].map(([name, entry]) => [name, convert(entry)]))]]);
  };
  return encodeMessagePack(convert(node));
}
