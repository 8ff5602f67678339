/** `internalBinding('tcp_wrap')` (src/tcp_wrap.cc): sockets inside the page. */
import type { Address } from '../../system/types.ts';
import type { AsyncWrap } from '../async-wrap.ts';
import type { CreateBinding } from '../environment.ts';
import { ConnectionWrap, describeAddress } from '../net/server.ts';
import { EBADF, requestClass, type StreamWrap } from '../net/stream.ts';

const SERVER = 1;

export const create: CreateBinding = (environment) => {
  const { system } = environment;

  class TCP extends ConnectionWrap {
    #bound: Address | undefined;
    constructor(type: number) {
      super(environment, type === SERVER ? 'TCPSERVERWRAP' : 'TCPWRAP');
    }
    protected accepted(fd: number): StreamWrap {
      const client = new TCP(0);
      client.adopt(fd);
      return client;
    }
    open(fd: number): number {
      this.adopt(fd);
      return 0;
    }
    bind(host: string, port: number): number {
      this.#bound = { kind: 'tcp', host, port };
      return 0;
    }
    bind6(host: string, port: number): number {
      return this.bind(host, port);
    }
    listen(backlog: number): number {
      return this.listenOn(this.#bound ?? { kind: 'tcp', host: '::', port: 0 }, backlog);
    }
    connect(request: AsyncWrap, host: string, port: number): number {
      return this.connectTo(request, { kind: 'tcp', host, port }, this.#bound);
    }
    connect6(request: AsyncWrap, host: string, port: number): number {
      return this.connect(request, host, port);
    }
    getsockname(out: Record<string, unknown>): number {
      if (this.fd < 0) return this.#bound === undefined ? EBADF : describeAddress(environment, this.#bound, out);
      return describeAddress(environment, system.localAddress(this.fd), out);
    }
    getpeername(out: Record<string, unknown>): number {
      return this.fd < 0 ? EBADF : describeAddress(environment, system.remoteAddress(this.fd), out);
    }
    // There is no wire: nothing to delay, probe or mark.
    setNoDelay(): number {
      return 0;
    }
    setKeepAlive(): number {
      return 0;
    }
    setTypeOfService(): number {
      return 0;
    }
    getTypeOfService(): number {
      return 0;
    }
    reset(callback?: () => void): number {
      if (!this.isOpen) return 0;
      if (this.fd >= 0) system.reset(this.fd);
      this.close(callback as never);
      return 0;
    }
  }

  return { TCP, TCPConnectWrap: requestClass(environment, 'TCPConnectWrap', 'TCPCONNECTWRAP') };
};
