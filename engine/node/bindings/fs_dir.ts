/** `internalBinding('fs_dir')` (src/node_dir.cc): opendir. The directory is read when it is opened. */
import type { DirectoryEntry } from '../../fs/types.ts';
import { AsyncWrap } from '../async-wrap.ts';
import type { CreateBinding } from '../environment.ts';
import { encodeName, pathText } from '../fs/paths.ts';
import { createRequests, Failure } from '../fs/requests.ts';

export const create: CreateBinding = (environment) => {
  const { system } = environment;
  const { answer } = createRequests(environment);

  class DirHandle extends AsyncWrap {
    readonly #entries: readonly DirectoryEntry[];
    #at = 0;
    constructor(entries: readonly DirectoryEntry[]) {
      super(environment, 'DIRHANDLE');
      this.#entries = entries;
    }
    /** Alternates names and types, null at the end. */
    read(encoding: unknown, count: number, request?: unknown): unknown {
      if (this.#at >= this.#entries.length) return answer(request, null);
      const part = this.#entries.slice(this.#at, this.#at + count);
      this.#at += part.length;
      return answer(
        request,
        part.flatMap(({ name, type }) => [encodeName(environment, name, encoding), type]),
      );
    }
    close(request?: unknown): unknown {
      return answer(request, undefined);
    }
  }

  const open = (path: unknown, request: unknown): unknown => {
    const entries = system.files.readdir(system.resolve(pathText(path)));
    return answer(request, typeof entries === 'number' ? new Failure(entries, 'opendir', pathText(path)) : new DirHandle(entries));
  };
  return {
    DirHandle,
    opendir: (path: unknown, _encoding: unknown, request: unknown) => open(path, request),
    // Native names no path here.
    opendirSync: (path: unknown) => {
      const entries = system.files.readdir(system.resolve(pathText(path)));
      return answer(undefined, typeof entries === 'number' ? new Failure(entries, 'opendir') : new DirHandle(entries));
    },
  };
};
