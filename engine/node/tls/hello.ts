/** ClientHello and ServerHello (RFC 8446, 4.1; RFC 5246, 7.4.1). */
import { concatBytes } from '../crypto/bytes.ts';
import { TlsFailure } from './errors.ts';
import { ALERT, EXTENSION, HANDSHAKE, RETRY_RANDOM, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 } from './protocol.ts';
import {
  type Extensions,
  handshakeMessage,
  list16,
  readExtensions,
  sameBytes,
  u16,
  u8,
  vector16,
  vector8,
  WireReader,
  writeExtensions,
} from './wire.ts';

export interface ClientHello {
  readonly legacyVersion: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly suites: readonly number[];
  readonly extensions: Extensions;
  /** Best first; what old clients mean by their version is in it. */
  readonly versions: readonly number[];
}

export function readClientHello(body: Uint8Array): ClientHello {
  const reader = new WireReader(body);
  const legacyVersion = reader.number(2);
  const random = reader.bytes(32).slice();
  const sessionId = reader.vector(1, 0, 32).slice();
  const suites = reader.numbers16(2);
  const compressions = reader.vector(1, 1);
  const extensions = reader.left === 0 ? new Map<number, Uint8Array>() : readExtensions(reader);
  reader.end();
  if (suites.length === 0) throw new TlsFailure(ALERT.illegalParameter, 'no ciphers specified');
  if (!compressions.includes(0)) throw new TlsFailure(ALERT.illegalParameter, 'invalid compression algorithm');
  const psk = [...extensions.keys()].indexOf(EXTENSION.preSharedKey);
  // It covers all that stands before it, so nothing may follow (RFC 8446, 4.2.11).
  if (psk >= 0 && psk !== extensions.size - 1) throw new TlsFailure(ALERT.illegalParameter, 'bad extension');
  const supported = extensions.get(EXTENSION.supportedVersions);
  const versions = supported === undefined ? olderVersions(legacyVersion) : readList(supported, (each) => each.numbers16(1));
  return { legacyVersion, random, sessionId, suites, extensions, versions };
}

function olderVersions(legacy: number): number[] {
  if (legacy >> 8 !== 3) return [];
  const best = Math.min(legacy, TLS_1_2);
  return [TLS_1_2, TLS_1_1, TLS_1_0].filter((version) => version <= best);
}

/** An extension's body that is one structure and nothing more. */
export function readList<T>(body: Uint8Array, read: (reader: WireReader) => T): T {
  const reader = new WireReader(body);
  const value = read(reader);
  reader.end();
  return value;
}

export function writeClientHello(hello: {
  /** The best before 1.3. */
  readonly legacyVersion: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly suites: readonly number[];
  readonly extensions: readonly (readonly [number, Uint8Array])[];
}): Uint8Array {
  const { legacyVersion, random, sessionId, suites, extensions } = hello;
  return handshakeMessage(
    HANDSHAKE.clientHello,
    u16(legacyVersion),
    random,
    vector8(sessionId),
    vector16(list16(suites)),
    vector8(u8(0)),
    writeExtensions(extensions),
  );
}

export interface ServerHello {
  readonly legacyVersion: number;
  /** The one that counts. */
  readonly version: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly suite: number;
  readonly extensions: Extensions;
  readonly isRetry: boolean;
}

export function readServerHello(body: Uint8Array): ServerHello {
  const reader = new WireReader(body);
  const legacyVersion = reader.number(2);
  const random = reader.bytes(32).slice();
  const sessionId = reader.vector(1, 0, 32).slice();
  const suite = reader.number(2);
  if (reader.number(1) !== 0) throw new TlsFailure(ALERT.illegalParameter, 'invalid compression algorithm');
  const extensions = reader.left === 0 ? new Map<number, Uint8Array>() : readExtensions(reader);
  reader.end();
  const supported = extensions.get(EXTENSION.supportedVersions);
  const version = supported === undefined ? legacyVersion : readList(supported, (each) => each.number(2));
  // 1.3 is only ever said in the extension.
  if (supported === undefined && version > TLS_1_2) throw new TlsFailure(ALERT.protocolVersion, 'unsupported protocol');
  if (supported !== undefined && (version !== TLS_1_3 || legacyVersion !== TLS_1_2)) {
    throw new TlsFailure(ALERT.illegalParameter, 'bad legacy version');
  }
  return { legacyVersion, version, random, sessionId, suite, extensions, isRetry: sameBytes(random, RETRY_RANDOM) };
}

export function writeServerHello(hello: {
  /** 1.3 says 1.2, and the other in an extension. */
  readonly version: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly suite: number;
  readonly extensions: readonly (readonly [number, Uint8Array])[];
}): Uint8Array {
  const { version, random, sessionId, suite, extensions } = hello;
  const block = extensions.length === 0 ? new Uint8Array(0) : writeExtensions(extensions);
  return handshakeMessage(HANDSHAKE.serverHello, u16(Math.min(version, TLS_1_2)), random, vector8(sessionId), u16(suite), u8(0), block);
}

/** RFC 6066, section 3: one name of a host. */
export function writeServerName(name: string): Uint8Array {
  return vector16(u8(0), vector16(new TextEncoder().encode(name)));
}

/** Undefined where the list has no name of a host. */
export function readServerName(body: Uint8Array): string | undefined {
  const list = readList(body, (reader) => reader.vector(2, 1));
  const reader = new WireReader(list);
  let name: string | undefined;
  while (reader.left > 0) {
    const type = reader.number(1);
    const bytes = reader.vector(2, 1);
    if (type !== 0) continue;
    // A name is ASCII without zeros, of at most 255 bytes; there is one of a type.
    if (name !== undefined || bytes.length > 255 || bytes.includes(0)) throw new TlsFailure(ALERT.unrecognizedName, 'bad extension');
    name = String.fromCharCode(...bytes);
  }
  return name;
}

/** RFC 7301: names of protocols, none of them empty. */
export function readProtocols(body: Uint8Array): Uint8Array[] {
  const reader = new WireReader(readList(body, (each) => each.vector(2, 2)));
  const protocols: Uint8Array[] = [];
  while (reader.left > 0) protocols.push(reader.vector(1, 1).slice());
  return protocols;
}

export const splitProtocols = (list: Uint8Array): Uint8Array[] => readProtocols(vector16(list));
export const writeProtocols = (...names: readonly Uint8Array[]): Uint8Array => vector16(...names.map((name) => vector8(name)));

/** RFC 6066, section 8: an OCSP answer is asked for, of no particular responder. */
export const STATUS_REQUEST = concatBytes(u8(1), u16(0), u16(0));

/** The bytes of 1.3's CertificateVerify (RFC 8446, 4.4.3). */
export function signedContent(side: 'client' | 'server', transcriptHash: Uint8Array): Uint8Array {
  const label = new TextEncoder().encode(`TLS 1.3, ${side} CertificateVerify\0`);
  return concatBytes(new Uint8Array(64).fill(0x20), label, transcriptHash);
}
