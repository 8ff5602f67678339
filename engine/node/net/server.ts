/** Listening and connecting, common to TCP and pipes (src/connection_wrap.cc, src/connect_wrap.cc). */
import { READABLE } from '../../system/types.ts';
import type { Address } from '../../system/types.ts';
import { completeRequest, triggeredBy, type AsyncWrap } from '../async-wrap.ts';
import type { Environment } from '../environment.ts';
import type { Handle } from '../event-loop.ts';
import { EAGAIN, EINVAL, StreamWrap } from './stream.ts';

export abstract class ConnectionWrap extends StreamWrap {
  #accepting: Handle | undefined;

  /** A handle for an accepted connection. */
  protected abstract accepted(fd: number): StreamWrap;

  protected listenOn(address: Address | undefined, backlog: number): number {
    // A handle that another process passed listens already.
    const isListening = this.fd >= 0 && this.environment.system.kind(this.fd) === 'listener';
    if (address === undefined && !isListening) return EINVAL;
    const fd = isListening || address === undefined ? this.fd : this.environment.system.listen(address, backlog);
    if (fd < 0) return fd;
    this.adopt(fd);
    this.#accepting = this.environment.loop.poll(fd, READABLE, () => this.#accept());
    this.attach(this.#accepting);
    return 0;
  }

  #accept(): void {
    const fd = this.environment.system.accept(this.fd);
    if (fd === EAGAIN) return;
    if (fd < 0) this.makeCallback('onconnection', fd, undefined);
    else {
      const accepted = triggeredBy(this, () => this.accepted(fd));
      this.makeCallback('onconnection', 0, accepted);
    }
  }

  /** `from`: the address that was bound. Ends with `oncomplete(status, handle, request, readable, writable)` on the request. */
  protected connectTo(request: AsyncWrap, address: Address, from?: Address): number {
    const pending = this.environment.loop.request();
    const fd = this.environment.system.connect(address, from);
    if (fd >= 0) this.adopt(fd);
    pending.done(() => {
      if (this.isOpen || fd < 0) completeRequest(request, 'oncomplete', fd < 0 ? fd : 0, this, request, true, true);
    });
    return 0;
  }
}

/** Fills the object that `getsockname` and `getpeername` are given. */
export function describeAddress(environment: Environment, address: Address | number, out: Record<string, unknown>): number {
  void environment;
  if (typeof address === 'number') return address;
  if (address.kind === 'unix') {
    out['address'] = address.path;
    return 0;
  }
  out['address'] = address.host;
  out['family'] = address.host.includes(':') ? 'IPv6' : 'IPv4';
  out['port'] = address.port;
  return 0;
}
