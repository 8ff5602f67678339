/** `internalBinding('fs_event_wrap')` (src/fs_event_wrap.cc): fs.watch, from the shared file system's change log, with inotify's meaning. */
import type { Change } from '../../fs/types.ts';
import { HandleWrap } from '../async-wrap.ts';
import type { CreateBinding } from '../environment.ts';
import type { Handle } from '../event-loop.ts';
import { encodeName } from '../fs/paths.ts';

const EINVAL = -22;

export const create: CreateBinding = (environment) => {
  const { system, loop } = environment;
  let watchers = 0;

  class FSEvent extends HandleWrap {
    #wake: Handle | undefined;
    #ino = -1;
    #isDirectory = false;
    #recursive = false;
    #base = '';
    #encoding: unknown;
    #sequence = 0;
    constructor() {
      super(environment, 'FSEVENTWRAP');
    }
    get initialized(): boolean {
      return this.#wake !== undefined && this.isOpen;
    }
    start(path: string, persistent: boolean, recursive: boolean, encoding: unknown): number {
      if (this.#wake !== undefined) return 0;
      const absolute = system.resolve(path);
      const ino = system.files.lookup(absolute);
      if (ino < 0) return ino;
      const kind = system.files.kind(absolute);
      if (kind < 0) return EINVAL;
      this.#ino = ino;
      this.#isDirectory = kind === 1;
      this.#recursive = recursive;
      this.#encoding = encoding;
      const real = system.files.realpath(absolute);
      this.#base = typeof real === 'string' ? real : absolute;
      this.#sequence = system.files.changeSequence();
      if (watchers++ === 0) system.watchFiles(true);
      this.#wake = loop.onWake(() => this.#collect(), persistent);
      this.attach(this.#wake);
      return 0;
    }
    #collect(): void {
      const { files } = system;
      if (files.changeSequence() === this.#sequence) return;
      const changes = files.changesSince(this.#sequence);
      this.#sequence = files.changeSequence();
      if (changes === null) {
        // The log has wrapped: something has changed, what is not known (inotify's IN_Q_OVERFLOW).
        loop.enqueue(() => void this.makeCallback('onchange', 0, 'change', null));
        return;
      }
      for (const change of changes) this.#deliver(change);
    }
    #deliver(change: Change): void {
      const name = this.#nameOf(change);
      if (name === undefined) return;
      const event = change.kind === 'create' || change.kind === 'delete' ? 'rename' : 'change';
      loop.enqueue(() => {
        if (this.isOpen) this.makeCallback('onchange', 0, event, encodeName(environment, name, this.#encoding));
      });
    }
    /** Name relative to what is watched, undefined when the change is elsewhere. */
    #nameOf(change: Change): string | undefined {
      if (!this.#isDirectory) {
        return change.ino === this.#ino ? this.#base.slice(this.#base.lastIndexOf('/') + 1) : undefined;
      }
      if (change.parent === this.#ino) return change.name;
      if (!this.#recursive) return undefined;
      const parent = system.files.pathOf(change.parent);
      if (typeof parent === 'number' || !parent.startsWith(`${this.#base}/`)) return undefined;
      return `${parent.slice(this.#base.length + 1)}/${change.name}`;
    }
    protected dispose(): void {
      if (this.#wake !== undefined && --watchers === 0) system.watchFiles(false);
    }
  }
  return { FSEvent };
};
