/** Secrets of TLS 1.2 and before: master secret and exporters (RFC 5246, 8.1; RFC 7627; RFC 5705), Diffie-Hellman with numbers (RFC 5246, 7.4.3), the key log. */
import { concatBytes } from '../crypto/bytes.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import type { CipherSuite } from './cipher-suites.ts';
import type { TlsConnection } from './connection.ts';
import { TlsFailure } from './errors.ts';
import { digestNamed, prf } from './key-schedule.ts';
import { ALERT, type Role } from './protocol.ts';
import type { Session } from './session.ts';
import { vector16 } from './wire.ts';

export interface Randoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

const MASTER_SIZE = 48;

export function masterSecret(
  connection: TlsConnection,
  { hash }: CipherSuite,
  premaster: Uint8Array,
  randoms: Randoms,
  extended: boolean,
): Uint8Array {
  const { core } = connection.primitives;
  const master = extended
    ? prf(core, hash, premaster, 'extended master secret', connection.transcript.hash(digestNamed(core, hash)), MASTER_SIZE)
    : prf(core, hash, premaster, 'master secret', concatBytes(randoms.client, randoms.server), MASTER_SIZE);
  connection.keylog('CLIENT_RANDOM', randoms.client, master);
  return master;
}

export function verifyData(connection: TlsConnection, { hash }: CipherSuite, master: Uint8Array, side: Role): Uint8Array {
  const { core } = connection.primitives;
  return prf(core, hash, master, `${side} finished`, connection.transcript.hash(digestNamed(core, hash)), 12);
}

/** Labels that the protocol uses itself. */
const RESERVED = new Set(['client finished', 'server finished', 'master secret', 'extended master secret', 'key expansion']);

export function exporter12(connection: TlsConnection, { hash }: CipherSuite, master: Uint8Array, randoms: Randoms) {
  return (label: string, context: Uint8Array | undefined, length: number): Uint8Array => {
    if (RESERVED.has(label)) throw new TlsFailure(undefined, 'tls illegal exporter label');
    const seed = concatBytes(randoms.client, randoms.server, ...(context === undefined ? [] : [vector16(context)]));
    return prf(connection.primitives.core, hash, master, label, seed, length);
  };
}

/** RFC 4279: the other secret and the shared key, each with its length. */
export function pskPremaster(other: Uint8Array | undefined, key: Uint8Array): Uint8Array {
  return concatBytes(vector16(other ?? new Uint8Array(key.length)), vector16(key));
}

export interface DhShare {
  readonly x: bigint;
  readonly public: Uint8Array;
}

export function dhShare(primitives: TlsPrimitives, p: bigint, g: bigint): DhShare {
  const { core, bytesToBigInt, bigIntBytes, modPow } = primitives;
  const size = bigIntBytes(p).length;
  // Twice the strength of the group is enough; the whole length costs only time.
  const x = (bytesToBigInt(core.randomBytes(size)) % (p - 3n)) + 2n;
  return { x, public: bigIntBytes(modPow(g, x, p), size) };
}

/** The shared secret without leading zeros (RFC 5246, 8.1.2). Refuses numbers outside of the group. */
export function dhAgree(primitives: TlsPrimitives, p: bigint, { x }: DhShare, peer: Uint8Array): Uint8Array {
  const { bytesToBigInt, bigIntBytes, modPow } = primitives;
  const y = bytesToBigInt(peer);
  if (y <= 1n || y >= p - 1n) throw new TlsFailure(ALERT.illegalParameter, 'bad data');
  return bigIntBytes(modPow(y, x, p));
}

export function session12(
  connection: TlsConnection,
  suite: CipherSuite,
  master: Uint8Array,
  extendedMaster: boolean,
  handles: Pick<Session, 'sessionId' | 'ticket' | 'lifetime'>,
): Session {
  return {
    version: connection.version,
    suiteId: suite.id,
    secret: master,
    ...handles,
    ageAdd: 0,
    created: Date.now(),
    extendedMaster,
    servername: connection.servername ?? '',
    alpn: connection.alpn ?? new Uint8Array(0),
    context: connection.settings.sessionIdContext,
    verifyCode: connection.verifyCode,
    peerChain: connection.peerChain.map(({ raw }) => raw),
  };
}
