import fs from 'node:fs';
import path from 'node:path';
import type { FileSystemTree } from '@webcontainer/api';

/** A folder of this machine as the official client mounts it. Files must be text. */
export function treeOf(folder: string): FileSystemTree {
  const tree: FileSystemTree = {};
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const inside = path.join(folder, entry.name);
    if (entry.isDirectory()) tree[entry.name] = { directory: treeOf(inside) };
    else if (entry.isSymbolicLink()) tree[entry.name] = { file: { symlink: fs.readlinkSync(inside) } };
    else tree[entry.name] = { file: { contents: fs.readFileSync(inside, 'utf8') } };
  }
  return tree;
}
