/** The C++ half of `fs.promises` file handles (class FileHandle in src/node_file.h). Streams of a handle are not there yet. */
import { AsyncWrap } from '../async-wrap.ts';
import type { Environment } from '../environment.ts';
import { Failure, type Requests } from './requests.ts';

export function createFileHandle(environment: Environment, requests: Requests) {
  const { system } = environment;
  return class FileHandle extends AsyncWrap {
    #fd: number;
    onread: unknown;
    constructor(fd: number) {
      super(environment, 'FILEHANDLE');
      this.#fd = fd;
    }
    get fd(): number {
      return this.#fd;
    }
    close(): unknown {
      const fd = this.#fd;
      this.#fd = -1;
      const result = fd < 0 ? 0 : system.close(fd);
      return requests.answer(requests.kUsePromises, result < 0 ? new Failure(result, 'close') : undefined);
    }
    closeSync(): void {
      const fd = this.#fd;
      this.#fd = -1;
      const result = fd < 0 ? 0 : system.close(fd);
      if (result < 0) throw environment.uvException(result, 'close');
    }
    releaseFD(): number {
      const fd = this.#fd;
      this.#fd = -1;
      return fd;
    }
  };
}
