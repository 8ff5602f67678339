import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from '@msgpack/msgpack';

/** @typedef {{ d: Record<string, SnapshotNode> } | { f: { c: Uint8Array | string } | { l: string } }} SnapshotNode */

/** A folder in the format of @webcontainer/snapshot, symlinks included (which that package refuses). @param {string} folder */
export function readSnapshot(folder) {
  return encode(snapshotTree(folder));
}

/** @param {string} path of a folder @returns {SnapshotNode} */
export function snapshotTree(path) {
  /** @type {Record<string, SnapshotNode>} */
  const entries = {};
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) entries[entry.name] = snapshotTree(inside);
    else if (entry.isSymbolicLink()) entries[entry.name] = { f: { l: readlinkSync(inside) } };
    else if (entry.isFile()) entries[entry.name] = { f: { c: readFileSync(inside) } };
  }
  return { d: entries };
}

/** Writes a snapshot to a folder of this machine, replacing it. @param {SnapshotNode} node @param {string} path @returns {number} files written */
export function exportTree(node, path) {
  rmSync(path, { recursive: true, force: true });
  return write(node, path);
}

/** @param {SnapshotNode} node @param {string} path @returns {number} */
function write(node, path) {
  if ('d' in node) {
    mkdirSync(path, { recursive: true });
    return Object.entries(node.d).reduce((sum, [name, entry]) => sum + write(entry, join(path, name)), 0);
  }
  if ('l' in node.f) symlinkSync(node.f.l, path);
  else writeFileSync(path, node.f.c);
  return 1;
}
