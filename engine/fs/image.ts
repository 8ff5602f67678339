import { S_IFDIR, S_IFMT } from './constants.ts';
import { crc32 } from './crc32.ts';
import { entryAt, entryIno } from './directory.ts';
import { EEXIST, EINVAL, ENOENT, ENOTDIR, ENOTEMPTY } from './errno.ts';
import type { SharedFileSystem } from './file-system.ts';
import { Builder, type Piece, type Source } from './image-builder.ts';
import { decodeHeader, decodeNodes, encodeHeader, HEADER_SIZE } from './image-format.ts';
import { Packer, packTreeInto } from './image-packer.ts';
import { inodeAt } from './inodes.ts';
import { I_DIR_LIVE, I_DIR_USED, I_MODE } from './layout.ts';
import type { Result } from './types.ts';
import { word } from './volume.ts';

export interface PackOptions {
  /** Paths that are left out, with all below them. */
  readonly exclude?: (path: string) => boolean;
}

/**
 * One packed image of the directory `path` and all below it, as consecutive chunks; -errno when it is not a directory. Each file is whole; what is
 * created or renamed meanwhile may or may not be in it.
 */
export function packTree(fs: SharedFileSystem, path: string, options: PackOptions = {}): Uint8Array[] | Result {
  const root = fs.lookup(path);
  if (root < 0) return root;
  if (fs.kind(path) !== 1) return ENOTDIR;
  const chunks: Uint8Array[] = [new Uint8Array(HEADER_SIZE)];
  const packer = new Packer(fs, (bytes) => chunks.push(bytes.slice()));
  packTreeInto(packer, root, path === '/' ? '' : path, options.exclude ?? (() => false));
  chunks[0] = encodeHeader(packer.finish(0, packer.idOf(root), true));
  return chunks;
}

/**
 * Makes the tree of an image at `path`, which must be missing or an empty directory. All of it or nothing: 0, or -errno (ENOSPC, EEXIST, ENOTEMPTY,
 * ENOENT, ENOTDIR; EINVAL when the image is damaged). Watchers are told of the topmost names only.
 */
export function adoptTree(fs: SharedFileSystem, path: string, image: Uint8Array): Result {
  const header = decodeHeader(image);
  if (header === null) return EINVAL;
  const nodesAt = HEADER_SIZE + header.dataBytes;
  const encoded = image.subarray(nodesAt, nodesAt + header.nodeBytes);
  if (encoded.length !== header.nodeBytes || crc32(encoded) !== header.nodesCrc) return EINVAL;
  const nodes = decodeNodes(encoded, header.nodes);
  if (nodes === null) return EINVAL;
  let dir = fs.lookup(path);
  const made = dir === ENOENT;
  if (made) {
    const result = fs.mkdir(path, 0o755);
    if (result < 0) return result;
    dir = fs.lookup(path);
  }
  if (dir < 0) return dir;
  const data: Source = (target, at) => target.set(image.subarray(HEADER_SIZE + at, HEADER_SIZE + at + target.length));
  const pieces = new Map<number, Piece>();
  for (const node of nodes) pieces.set(node.id, { node, source: 0 });
  const result = fs.change(({ volume, log }) => {
    if ((word(volume.words, inodeAt(volume, dir) + I_MODE) & S_IFMT) !== S_IFDIR) return ENOTDIR;
    if (word(volume.words, inodeAt(volume, dir) + I_DIR_LIVE) > 0) return made ? EEXIST : ENOTEMPTY;
    const built = new Builder(volume, pieces, [{ read: data, dataBytes: header.dataBytes }]).build(header.rootId, dir);
    if (built < 0) return built;
    const at = inodeAt(volume, dir);
    for (let entry = 0; entry < word(volume.words, at + I_DIR_USED); entry++) log(entryIno(volume, entryAt(volume, at, entry)));
    return 0;
  });
  if (result < 0 && made) fs.rmdir(path);
  return result;
}
