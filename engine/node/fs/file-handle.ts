/** The C++ half of `fs.promises` file handles (class FileHandle in src/node_file.h). Streams of a handle are not there yet. */
import { AsyncWrap } from '../async-wrap.ts';
import type { Environment } from '../environment.ts';
import { Failure, type Requests } from './requests.ts';

interface FileHandleClass {
  new (fd: number): { releaseFD(): number };
}

const classes = new WeakMap<Environment, FileHandleClass>();

/** Takes the descriptor out of a handle that goes to another thread of the process; undefined when the object is none. */
export function takeFileHandle(environment: Environment, object: object): number | undefined {
  const FileHandle = classes.get(environment);
  return FileHandle !== undefined && object instanceof FileHandle ? object.releaseFD() : undefined;
}

export function isFileHandle(environment: Environment, object: object): boolean {
  const FileHandle = classes.get(environment);
  return FileHandle !== undefined && object instanceof FileHandle;
}

/** The handle of a descriptor that came from another thread. */
export function reviveFileHandle(environment: Environment, fd: number): object {
  environment.binding('fs');
  const FileHandle = classes.get(environment);
  if (FileHandle === undefined) throw new Error('the fs binding did not make its FileHandle class');
  return new FileHandle(fd);
}

export function createFileHandle(environment: Environment, requests: Requests) {
  const { system } = environment;
  class FileHandle extends AsyncWrap {
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
  }
  classes.set(environment, FileHandle);
  return FileHandle;
}
