/** fs.watch for the page: turns the file system's change log into events with names relative to what is watched. */
import type { Change, FileSystem, Inode } from '../fs/types.ts';

export type WatchEvent = 'rename' | 'change';

interface Watch {
  readonly path: string;
  readonly inode: Inode;
  readonly isFile: boolean;
  readonly isRecursive: boolean;
  readonly listener: (event: WatchEvent, name: string) => void;
}

export class FileWatches {
  readonly #files: FileSystem;
  readonly #watches = new Set<Watch>();
  #sequence: number;

  constructor(files: FileSystem) {
    this.#files = files;
    this.#sequence = files.changeSequence();
  }

  /** Watches an absolute path; gives a function that ends it, or -errno. */
  watch(path: string, isRecursive: boolean, listener: Watch['listener']): (() => void) | number {
    const real = this.#files.realpath(path);
    if (typeof real === 'number') return real;
    const kind = this.#files.kind(real);
    const inode = this.#files.lookup(real);
    if (kind < 0 || inode < 0) return Math.min(kind, inode);
    if (this.#watches.size === 0) this.#sequence = this.#files.changeSequence();
    const watch: Watch = { path: real, inode, isFile: kind === 0, isRecursive, listener };
    this.#watches.add(watch);
    return () => this.#watches.delete(watch);
  }

  /** Reports what changed since the last look. */
  look(): void {
    if (this.#watches.size === 0) return;
    const now = this.#files.changeSequence();
    if (now === this.#sequence) return;
    const changes = this.#files.changesSince(this.#sequence);
    this.#sequence = now;
    if (changes === null) {
      // The log wrapped: what exactly changed is lost, that something did is not.
      for (const watch of this.#watches) watch.listener('rename', watch.isFile ? baseName(watch.path) : '');
      return;
    }
    const parents = new Map<Inode, string | number>();
    for (const change of changes) {
      let parent = parents.get(change.parent);
      if (parent === undefined) parents.set(change.parent, (parent = this.#files.pathOf(change.parent)));
      for (const watch of [...this.#watches]) this.#report(watch, change, parent);
    }
  }

  #report(watch: Watch, change: Change, parent: string | number): void {
    const event: WatchEvent = change.kind === 'create' || change.kind === 'delete' ? 'rename' : 'change';
    if (watch.isFile) {
      if (change.ino === watch.inode) watch.listener(event, baseName(watch.path));
    } else if (change.parent === watch.inode) {
      watch.listener(event, change.name);
    } else if (watch.isRecursive && typeof parent === 'string') {
      const prefix = watch.path === '/' ? '/' : `${watch.path}/`;
      if (parent.startsWith(prefix)) watch.listener(event, `${parent.slice(prefix.length)}/${change.name}`);
    }
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
