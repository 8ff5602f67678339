/** `internalBinding('pipe_wrap')` (src/pipe_wrap.cc): pipes and Unix domain sockets; the IPC channel of forked processes. */
import type { AsyncWrap } from '../async-wrap.ts';
import type { CreateBinding } from '../environment.ts';
import { encodeUtf8 } from '../text.ts';
import { ConnectionWrap } from '../net/server.ts';
import { EBADF, EINVAL, requestClass, type StreamWrap } from '../net/stream.ts';

const SERVER = 1;
const IPC = 2;

const UV_READABLE = 1;
const UV_WRITABLE = 2;
const STAT_FIELDS = 18;
const STAT_MODE = 1;
/** Bytes of a socket's path (`sun_path`), its final zero included. */
const MOST_PATH_BYTES = 108;
const isTooLong = (path: string): boolean => encodeUtf8(path).length >= MOST_PATH_BYTES;

const ENOENT = -2;
const EACCES = -13;

export const create: CreateBinding = (environment) => {
  const { system } = environment;

  /** A stream or server that another process passed. */
  const handleOf = (fd: number): ConnectionWrap => {
    const address = system.localAddress(fd);
    const { TCP } = environment.binding('tcp_wrap') as { TCP: new (type: number) => ConnectionWrap };
    const handle = typeof address !== 'number' && address.kind === 'tcp' ? new TCP(0) : new Pipe(0);
    handle.adopt(fd);
    return handle;
  };

  class Pipe extends ConnectionWrap {
    #path: string | undefined;
    #listens: string | undefined;
    readonly #type: number;
    /** The handle that came with what is read next from an IPC channel. */
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
    protected override beforeRead(): number {
      if (this.#type !== IPC) return Infinity;
      const taken = system.takeDescriptor(this.fd);
      if (taken >= 0) this.pendingHandle = handleOf(taken);
      const ahead = system.passedAhead(this.fd);
      return ahead < 0 ? Infinity : ahead;
    }
    open(fd: number): number {
      if (typeof system.kind(fd) === 'number') return EBADF;
      this.adopt(fd);
      return 0;
    }
    bind(path: string): number {
      if (isTooLong(path)) return EINVAL;
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
      if (isTooLong(path)) return EINVAL;
      return this.connectTo(request, { kind: 'unix', path: system.resolve(path) });
    }
    /** Gives everybody what `mode` (UV_READABLE | UV_WRITABLE) says, on the socket's file. */
    fchmod(mode: number): number {
      if (this.#listens === undefined) return EBADF;
      const stat = new Float64Array(STAT_FIELDS);
      const found = system.files.stat(this.#listens, stat);
      if (found < 0) return found;
      const wanted = ((mode & UV_READABLE) === 0 ? 0 : 0o444) | ((mode & UV_WRITABLE) === 0 ? 0 : 0o222);
      return system.files.chmod(this.#listens, ((stat[STAT_MODE] ?? 0) | wanted) & 0o7777);
    }
  }

  return { Pipe, PipeConnectWrap: requestClass(environment, 'PipeConnectWrap', 'PIPECONNECTWRAP') };
};
