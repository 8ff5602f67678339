/** `internalBinding('pipe_wrap')` (src/pipe_wrap.cc): pipes and Unix domain sockets; the IPC channel of forked processes. */
import type { AsyncWrap } from '../async-wrap.ts';
import type { CreateBinding } from '../environment.ts';
import { ConnectionWrap } from '../net/server.ts';
import { EBADF, requestClass, type StreamWrap } from '../net/stream.ts';

const SERVER = 1;

const ENOENT = -2;
const EACCES = -13;

export const create: CreateBinding = (environment) => {
  const { system } = environment;

  class Pipe extends ConnectionWrap {
    #path: string | undefined;
    #listens: string | undefined;
    readonly #type: number;
    /** A handle that came with the last message of an IPC channel: none can be passed here. */
    pendingHandle: unknown = undefined;
    constructor(type: number) {
      super(environment, type === SERVER ? 'PIPESERVERWRAP' : 'PIPEWRAP');
      this.#type = type;
    }
    protected accepted(fd: number): StreamWrap {
      const client = new Pipe(this.#type === SERVER ? 0 : this.#type);
      client.adopt(fd);
      return client;
    }
    open(fd: number): number {
      if (typeof system.kind(fd) === 'number') return EBADF;
      this.adopt(fd);
      return 0;
    }
    bind(path: string): number {
      this.#path = path;
      return 0;
    }
    listen(backlog: number): number {
      const path = this.#path === undefined ? undefined : system.resolve(this.#path);
      const result = this.listenOn(path === undefined ? undefined : { kind: 'unix', path }, backlog);
      if (result === 0) this.#listens = path;
      // As libuv has it, so that it is the same on all systems.
      return result === ENOENT ? EACCES : result;
    }
    /** A server takes its socket file away when it closes (uv__pipe_close). */
    protected override dispose(): void {
      super.dispose();
      if (this.#listens !== undefined) system.files.unlink(this.#listens);
      this.#listens = undefined;
    }
    connect(request: AsyncWrap, path: string): number {
      return this.connectTo(request, { kind: 'unix', path: system.resolve(path) });
    }
    fchmod(): number {
      return 0;
    }
  }

  return { Pipe, PipeConnectWrap: requestClass(environment, 'PipeConnectWrap', 'PIPECONNECTWRAP') };
};
