/**
 * `internalBinding('cares_wrap')` (src/cares_wrap.cc): names. A page cannot ask a DNS server: the loopback names and addresses are known, everything
 * else is not found.
 */
import { AsyncWrap, completeRequest } from '../async-wrap.ts';
import type { CreateBinding } from '../environment.ts';
import { canonicalAddress, ipv6Bytes, isIPv4 } from '../net/addresses.ts';
import { requestClass } from '../net/stream.ts';

const UV_EAI_NONAME = -3008;
const AF_INET = 2;
const AF_INET6 = 10;
const IPV6_FIRST = 2;

interface QueryRequest extends AsyncWrap {
  hostname?: string;
}

const EINVAL = -22;

export const create: CreateBinding = (environment) => {
  const isLoopback = (name: string) => name === 'localhost' || name.endsWith('.localhost') || name === '';

  const lookup = (hostname: string, family: number, order: number): string[] => {
    const literal = canonicalAddress(hostname);
    if (literal !== undefined) return [literal];
    if (!isLoopback(hostname)) return [];
    const both = order === IPV6_FIRST ? ['::1', '127.0.0.1'] : ['127.0.0.1', '::1'];
    return both.filter((address) => family === 0 || isIPv4(address) === (family === AF_INET));
  };

  class ChannelWrap extends AsyncWrap {
    #servers: [string, number][] = [['127.0.0.1', 53]];
    constructor() {
      super(environment, 'DNSCHANNEL');
    }
    getServers(): [string, number][] {
      return this.#servers;
    }
    setServers(servers: [number, string, number][]): number {
      this.#servers = servers.map(([, address, port]) => [address, port]);
      return 0;
    }
    /** Only checked: queries never leave the page. */
    setLocalAddress(first: string, second?: string): void {
      const wrong = (message: string): Error => environment.codedError('TypeError', 'ERR_INVALID_ARG_VALUE', message);
      const families = [first, second].flatMap((address) => {
        if (address === undefined) return [];
        if (isIPv4(address)) return [4];
        if (ipv6Bytes(address) === undefined) throw wrong('Invalid IP address.');
        return [6];
      });
      if (families[0] === families[1]) throw wrong(`Cannot specify two IPv${families[0]} addresses.`);
    }
    cancel(): void {
      // Every query has been answered.
    }
  }
  const query = (request: QueryRequest): number => {
    environment.loop.enqueue(() => completeRequest(request, 'oncomplete', 'ECONNREFUSED'));
    return 0;
  };
  for (const name of ['Any', 'A', 'Aaaa', 'Caa', 'Cname', 'Mx', 'Ns', 'Txt', 'Srv', 'Ptr', 'Naptr', 'Soa', 'Tlsa']) {
    Object.defineProperty(ChannelWrap.prototype, `query${name}`, { value: query, configurable: true, writable: true });
  }
  Object.defineProperty(ChannelWrap.prototype, 'getHostByAddr', {
    value: (request: QueryRequest, address: string) => (isIPv4(address) || ipv6Bytes(address) !== undefined ? query(request) : EINVAL),
    configurable: true,
    writable: true,
  });

  return {
    ChannelWrap,
    GetAddrInfoReqWrap: requestClass(environment, 'GetAddrInfoReqWrap', 'GETADDRINFOREQWRAP'),
    GetNameInfoReqWrap: requestClass(environment, 'GetNameInfoReqWrap', 'GETNAMEINFOREQWRAP'),
    QueryReqWrap: requestClass(environment, 'QueryReqWrap', 'QUERYWRAP'),
    getaddrinfo: (request: AsyncWrap, hostname: string, family: number, _hints: number, order: number) => {
      const wanted = family === 4 ? AF_INET : family === 6 ? AF_INET6 : 0;
      const found = lookup(hostname, wanted, order);
      const pending = environment.loop.request();
      pending.done(() =>
        found.length > 0 ? completeRequest(request, 'oncomplete', null, found) : completeRequest(request, 'oncomplete', UV_EAI_NONAME),
      );
      return 0;
    },
    getnameinfo: (request: AsyncWrap, address: string, port: number) => {
      const isLocal = address === '127.0.0.1' || address === '::1';
      const pending = environment.loop.request();
      pending.done(() =>
        completeRequest(request, 'oncomplete', isLocal ? null : UV_EAI_NONAME, isLocal ? 'localhost' : undefined, String(port)),
      );
      return 0;
    },
    canonicalizeIP: (address: string) => canonicalAddress(address),
    convertIpv6StringToBuffer: (address: string) => {
      const bytes = ipv6Bytes(address);
      return bytes === undefined ? undefined : environment.buffer(bytes);
    },
    strerror: (code: number) => `DNS error ${code}`,
  };
};
