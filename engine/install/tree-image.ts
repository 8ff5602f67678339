/**
 * Whole `node_modules` folders as packed images: a project that is opened again, or another with the same lockfile, adopts the image instead of unpacking
 * every package. The key is the hash of everything that decides what is in the folder.
 */
import { SharedFileSystem } from '../fs/file-system.ts';
import { adoptTree, packTree } from '../fs/image.ts';
import type { Disk } from './disk.ts';
import { errnoName } from './disk.ts';
import { InstallError, messageOf } from './errors.ts';
import { formatLockfile } from './lockfile.ts';
import type { Output } from './output.ts';
import { join } from './paths.ts';
import type { Platform, TreeImageCache } from './platform.ts';
import type { Omit } from './reify.ts';
import type { Tree } from './tree.ts';

/** Counts up when the installer writes something else into node_modules for the same lockfile. */
const FORMAT = 1;
const ENOSPC = -28;

export class TreeImage {
  readonly #cache: TreeImageCache;
  readonly #key: string;
  readonly #files: SharedFileSystem;
  readonly #disk: Disk;
  readonly #modules: string;

  private constructor(cache: TreeImageCache, key: string, files: SharedFileSystem, disk: Disk, modules: string) {
    this.#cache = cache;
    this.#key = key;
    this.#files = files;
    this.#disk = disk;
    this.#modules = modules;
  }

  /**
   * The image that belongs to a tree, or null where there can be none: links lead out of node_modules, and a package without integrity may be another
   * one next time.
   */
  static async of(
    tree: Tree,
    choices: { omit: Omit; scripts: unknown; force: boolean },
    disk: Disk,
    platform: Platform,
  ): Promise<TreeImage | null> {
    const { files } = disk;
    if (platform.images === undefined || !(files instanceof SharedFileSystem)) return null;
    const nodes = tree.inventory().filter((node) => !node.isTop);
    if (nodes.length === 0 || nodes.some((node) => node.isLink || (node.integrity === undefined && !node.inBundle))) return null;
    const text = JSON.stringify([FORMAT, platform.nodeVersion, choices, formatLockfile(tree, { hidden: false })]);
    const hash = new Uint8Array(await platform.subtle.digest('SHA-256', new TextEncoder().encode(text)));
    const key = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return new TreeImage(platform.images, key, files, disk, join(tree.path, 'node_modules'));
  }

  /** Replaces node_modules with the image's; false when there is none, or a damaged one. */
  async adopt(): Promise<boolean> {
    const image = await this.#cache.get(this.#key);
    if (image === undefined) return false;
    const beside = this.#disk.sibling(this.#modules);
    const result = adoptTree(this.#files, beside, image);
    if (result < 0) {
      this.#disk.remove(beside);
      if (result === ENOSPC) {
        throw new InstallError(
          'ENOSPC',
          'ENOSPC: no space left on device, while node_modules was filled\nThe file system of this project is full. Remove files or packages that are not needed, then install again.',
          { fault: 'system' },
        );
      }
      return false;
    }
    this.#disk.remove(this.#modules);
    this.#disk.rename(beside, this.#modules);
    return true;
  }

  /** Keeps node_modules as it is now. A cache that is full costs the next start some time, nothing else: it is told and no failure. */
  async keep(output: Output): Promise<void> {
    const chunks = packTree(this.#files, this.#modules);
    if (typeof chunks === 'number') {
      throw new InstallError(errnoName(chunks), `${errnoName(chunks)}: node_modules could not be packed`, { fault: 'system' });
    }
    const image = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      image.set(chunk, at);
      at += chunk.length;
    }
    try {
      await this.#cache.put(this.#key, image);
    } catch (error) {
      output.warn(`cache The image of node_modules could not be kept (${messageOf(error)}); the next start unpacks the packages again.`);
    }
  }
}
