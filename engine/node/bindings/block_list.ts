/** `internalBinding('block_list')` (src/node_sockaddr.cc): addresses and rules over them. */
import type { CreateBinding } from '../environment.ts';
import { canonicalAddress, ipv6Bytes, isIPv4 } from '../net/addresses.ts';

const AF_INET = 2;
const AF_INET6 = 10;

/** An address as a number, with its family. */
interface Value {
  readonly family: number;
  readonly bits: bigint;
}

function valueOf(text: string, family: number): Value | undefined {
  if (family === AF_INET) {
    if (!isIPv4(text)) return undefined;
    return { family, bits: text.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n) };
  }
  const bytes = ipv6Bytes(text);
  return bytes === undefined ? undefined : { family, bits: bytes.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n) };
}

const MAPPED = 0xffffn << 32n;

/** What a rule of `family` sees of an address: IPv4 addresses also as IPv6 ones (::ffff:1.2.3.4), and back. */
function seenAs(value: Value, family: number): bigint | undefined {
  if (value.family === family) return value.bits;
  if (family === AF_INET) return value.bits >> 32n === 0xffffn ? value.bits & 0xffffffffn : undefined;
  return MAPPED | value.bits;
}

interface Rule {
  readonly key: string;
  readonly text: string;
  readonly family: number;
  readonly first: bigint;
  readonly last: bigint;
}

export const create: CreateBinding = (environment) => {
  class SocketAddress {
    readonly #address: string;
    readonly #port: number;
    readonly #flowLabel: number;
    readonly #value: Value;

    constructor(address: string, port: number, family: number, flowLabel: number) {
      const value = valueOf(address, family);
      if (value === undefined) throw environment.codedError('Error', 'ERR_INVALID_ADDRESS', 'Invalid socket address');
      this.#address = canonicalAddress(address) ?? address;
      this.#port = port;
      this.#flowLabel = flowLabel;
      this.#value = value;
    }
    static value(address: SocketAddress): Value {
      return address.#value;
    }
    detail(target: Record<string, unknown>): object {
      target['address'] = this.#address;
      target['port'] = this.#port;
      target['family'] = this.#value.family;
      target['flowlabel'] = this.#flowLabel;
      return target;
    }
    flowlabel(): number {
      return this.#flowLabel;
    }
  }
  const { value: addressValue } = SocketAddress;
  Reflect.deleteProperty(SocketAddress, 'value');
  const textOf = (address: SocketAddress): string => String((address.detail({}) as { address: string }).address);
  const familyName = (family: number): string => (family === AF_INET ? 'IPv4' : 'IPv6');

  class BlockList {
    /** Newest first, as natively. */
    readonly #rules: Rule[] = [];

    #add(kind: string, family: number, text: string, first: bigint, last: bigint): void {
      this.#rules.unshift({
        key: `${kind} ${familyName(family)} ${text}`,
        text: `${kind}: ${familyName(family)} ${text}`,
        family,
        first,
        last,
      });
    }
    #remove(kind: string, family: number, text: string): void {
      const index = this.#rules.findIndex(({ key }) => key === `${kind} ${familyName(family)} ${text}`);
      if (index >= 0) this.#rules.splice(index, 1);
    }
    addAddress(address: SocketAddress): void {
      const { family, bits } = addressValue(address);
      this.#add('Address', family, textOf(address), bits, bits);
    }
    addAddresses(addresses: readonly SocketAddress[]): void {
      for (const address of addresses) this.addAddress(address);
    }
    /** False where the end is before the start. */
    addRange(start: SocketAddress, end: SocketAddress): boolean {
      const [first, last] = [addressValue(start), addressValue(end)];
      if (first.bits > last.bits) return false;
      this.#add('Range', first.family, `${textOf(start)}-${textOf(end)}`, first.bits, last.bits);
      return true;
    }
    addSubnet(network: SocketAddress, prefix: number): void {
      const { family, bits } = addressValue(network);
      const host = BigInt((family === AF_INET ? 32 : 128) - prefix);
      const first = (bits >> host) << host;
      this.#add('Subnet', family, `${textOf(network)}/${prefix}`, first, first + (1n << host) - 1n);
    }
    removeAddress(address: SocketAddress): void {
      this.#remove('Address', addressValue(address).family, textOf(address));
    }
    removeRange(start: SocketAddress, end: SocketAddress): void {
      this.#remove('Range', addressValue(start).family, `${textOf(start)}-${textOf(end)}`);
    }
    removeSubnet(network: SocketAddress, prefix: number): void {
      this.#remove('Subnet', addressValue(network).family, `${textOf(network)}/${prefix}`);
    }
    #check(value: Value): boolean {
      return this.#rules.some(({ family, first, last }) => {
        const bits = seenAs(value, family);
        return bits !== undefined && bits >= first && bits <= last;
      });
    }
    check(address: SocketAddress): boolean {
      return this.#check(addressValue(address));
    }
    checkString(address: string, family: number): boolean {
      const value = valueOf(address, family);
      return value !== undefined && this.#check(value);
    }
    /** Addresses first. */
    getRules(): string[] {
      const isAddress = ({ key }: Rule) => key.startsWith('Address');
      return [...this.#rules.filter(isAddress), ...this.#rules.filter((rule) => !isAddress(rule))].map(({ text }) => text);
    }
    getSize(): number {
      return this.#rules.length;
    }
    clear(): void {
      this.#rules.length = 0;
    }
  }

  return { SocketAddress, BlockList, AF_INET, AF_INET6 };
};
