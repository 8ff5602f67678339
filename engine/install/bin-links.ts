/** Commands of packages: relative symlinks in `node_modules/.bin`, and executable files at their ends. */
import type { Disk } from './disk.ts';
import { readManifest } from './manifest.ts';
import { dirname, join, relative } from './paths.ts';
import type { TreeNode } from './tree.ts';

/** The `.bin` beside a package: for `x/node_modules/@s/name` it is `x/node_modules/.bin`. */
function binFolder(node: TreeNode): string {
  const above = node.name.startsWith('@') ? dirname(dirname(node.path)) : dirname(node.path);
  return join(above, '.bin');
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A script whose `#!` line ends with a carriage return cannot be started: npm takes it away. */
function fixHashbang(disk: Disk, path: string): void {
  const bytes = disk.read(path);
  if (bytes === null || bytes[0] !== 0x23 || bytes[1] !== 0x21) return;
  const text = decoder.decode(bytes.subarray(0, 2048));
  const match = /^#![^\n]+\r\n/.exec(text);
  if (match === null) return;
  const line = encoder.encode(`${match[0].slice(0, -2)}\n`);
  const rest = bytes.subarray(encoder.encode(match[0]).length);
  const fixed = new Uint8Array(line.length + rest.length);
  fixed.set(line);
  fixed.set(rest, line.length);
  disk.write(path, fixed, 0o755);
}

/** Links the commands of `nodes`. Of two packages with the same command in one folder the first by depth and path wins, as with npm. */
export function linkBins(disk: Disk, nodes: Iterable<TreeNode>): void {
  const sorted = [...nodes].toSorted((a, b) => a.depth - b.depth || a.path.localeCompare(b.path, 'en'));
  const taken = new Set<string>();
  for (const node of sorted) {
    if (node.isTop) continue;
    const pkg = node.target?.pkg ?? node.pkg;
    const bin = pkg.bin ?? (node.isLink ? readManifest(disk, node.path)?.bin : undefined);
    for (const [command, file] of Object.entries(bin ?? {})) {
      const folder = binFolder(node);
      const link = join(folder, command);
      if (taken.has(link)) continue;
      taken.add(link);
      const target = join(node.path, file);
      if (!disk.isFile(target)) continue;
      disk.symlink(relative(folder, target), link);
      disk.chmod(target, 0o755);
      fixHashbang(disk, target);
    }
  }
}

/** Removes dangling commands from the `.bin` folders of the given `node_modules` folders. */
export function pruneBins(disk: Disk, moduleFolders: Iterable<string>): void {
  for (const folder of moduleFolders) {
    const bins = join(folder, '.bin');
    const entries = disk.list(bins);
    let left = entries.length;
    for (const entry of entries) {
      const path = join(bins, entry.name);
      if (!disk.isFile(path)) {
        disk.remove(path);
        left--;
      }
    }
    if (left === 0) disk.remove(bins);
  }
}
