/** ML-DSA (FIPS 204), SLH-DSA (FIPS 205) and ML-KEM (FIPS 203), on @noble/post-quantum. */
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { ml_kem512, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import {
  slh_dsa_sha2_128s,
  slh_dsa_sha2_128f,
  slh_dsa_sha2_192s,
  slh_dsa_sha2_192f,
  slh_dsa_sha2_256s,
  slh_dsa_sha2_256f,
  slh_dsa_shake_128s,
  slh_dsa_shake_128f,
  slh_dsa_shake_192s,
  slh_dsa_shake_192f,
  slh_dsa_shake_256s,
  slh_dsa_shake_256f,
} from '@noble/post-quantum/slh-dsa.js';
import { DerError, DerReader, octetString, OCTET_STRING, sequence } from '../asn1/der.ts';
import type { PqKey, PqType } from './types.ts';

interface Keygen {
  keygen(seed?: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array };
}

interface Signer extends Keygen {
  sign(message: Uint8Array, secretKey: Uint8Array, options?: { context?: Uint8Array }): Uint8Array;
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array, options?: { context?: Uint8Array }): boolean;
}

interface Kem extends Keygen {
  encapsulate(publicKey: Uint8Array): { cipherText: Uint8Array; sharedSecret: Uint8Array };
  decapsulate(cipherText: Uint8Array, secretKey: Uint8Array): Uint8Array;
}

export interface PqAlgorithm {
  /** JWK's name. */
  readonly name: string;
  readonly oid: string;
  /** OpenSSL's number (include/openssl/obj_mac.h). */
  readonly nid: number;
  readonly publicSize: number;
  readonly privateSize: number;
  /** Bytes of the seed that stands for a key; 0: keys of this kind are not known by a seed. */
  readonly seedSize: number;
  readonly signer?: Signer;
  readonly kem?: Kem;
  readonly keygen: Keygen;
}

const SIGNATURES = '2.16.840.1.101.3.4.3';
const KEMS = '2.16.840.1.101.3.4.4';

function mlDsa(level: number, index: number, signer: unknown, publicSize: number, privateSize: number): [PqType, PqAlgorithm] {
  const algorithm = signer as Signer;
  const sizes = { publicSize, privateSize, seedSize: 32 };
  const numbers = { oid: `${SIGNATURES}.${17 + index}`, nid: 1457 + index };
  return [`ml-dsa-${level}` as PqType, { name: `ML-DSA-${level}`, ...numbers, ...sizes, signer: algorithm, keygen: algorithm }];
}

function mlKem(level: number, index: number, scheme: unknown, publicSize: number, privateSize: number): [PqType, PqAlgorithm] {
  const algorithm = scheme as Kem;
  const sizes = { publicSize, privateSize, seedSize: 64 };
  const numbers = { oid: `${KEMS}.${1 + index}`, nid: 1454 + index };
  return [`ml-kem-${level}` as PqType, { name: `ML-KEM-${level}`, ...numbers, ...sizes, kem: algorithm, keygen: algorithm }];
}

function slhDsa(set: string, index: number, scheme: unknown): [PqType, PqAlgorithm] {
  const signer = scheme as Signer;
  const [hash = '', parameters = ''] = set.split('-');
  const size = Number(parameters.slice(0, 3)) / 8;
  const numbers = { oid: `${SIGNATURES}.${20 + index}`, nid: 1460 + index };
  const sizes = { publicSize: 2 * size, privateSize: 4 * size, seedSize: 0 };
  return [
    `slh-dsa-${set}` as PqType,
    { name: `SLH-DSA-${hash.toUpperCase()}-${parameters}`, ...numbers, ...sizes, signer, keygen: signer },
  ];
}

export const PQ: ReadonlyMap<string, PqAlgorithm> = new Map<string, PqAlgorithm>([
  mlDsa(44, 0, ml_dsa44, 1312, 2560),
  mlDsa(65, 1, ml_dsa65, 1952, 4032),
  mlDsa(87, 2, ml_dsa87, 2592, 4896),
  mlKem(512, 0, ml_kem512, 800, 1632),
  mlKem(768, 1, ml_kem768, 1184, 2400),
  mlKem(1024, 2, ml_kem1024, 1568, 3168),
  slhDsa('sha2-128s', 0, slh_dsa_sha2_128s),
  slhDsa('sha2-128f', 1, slh_dsa_sha2_128f),
  slhDsa('sha2-192s', 2, slh_dsa_sha2_192s),
  slhDsa('sha2-192f', 3, slh_dsa_sha2_192f),
  slhDsa('sha2-256s', 4, slh_dsa_sha2_256s),
  slhDsa('sha2-256f', 5, slh_dsa_sha2_256f),
  slhDsa('shake-128s', 6, slh_dsa_shake_128s),
  slhDsa('shake-128f', 7, slh_dsa_shake_128f),
  slhDsa('shake-192s', 8, slh_dsa_shake_192s),
  slhDsa('shake-192f', 9, slh_dsa_shake_192f),
  slhDsa('shake-256s', 10, slh_dsa_shake_256s),
  slhDsa('shake-256f', 11, slh_dsa_shake_256f),
]);

export const isPq = (type: string): type is PqType => PQ.has(type);

export function pqAlgorithm(type: PqType): PqAlgorithm {
  const algorithm = PQ.get(type);
  if (algorithm === undefined) throw new TypeError(`No algorithm ${type}`);
  return algorithm;
}

export function pqFromSeed(type: PqType, seed: Uint8Array): PqKey {
  const { publicKey, secretKey } = pqAlgorithm(type).keygen.keygen(seed);
  return { type, public: publicKey, private: secretKey, seed: seed.slice() };
}

/** @param secret the expanded private key */
export function pqFromPrivate(type: PqType, secret: Uint8Array): PqKey {
  const { publicSize, privateSize, kem } = pqAlgorithm(type);
  if (secret.length !== privateSize) throw new DerError('invalid object encoding');
  if (type.startsWith('slh-dsa')) return { type, private: secret.slice(), public: secret.slice(-publicSize) };
  // ML-KEM's private key holds the public one; ML-DSA's has to be computed from.
  if (kem !== undefined) return { type, private: secret.slice(), public: secret.slice(-64 - publicSize, -64) };
  const { getPublicKey } = pqAlgorithm(type).signer as unknown as { getPublicKey(secret: Uint8Array): Uint8Array };
  return { type, private: secret.slice(), public: getPublicKey(secret) };
}

export function generatePq(type: PqType, randomBytes: (size: number) => Uint8Array): PqKey {
  const { seedSize, keygen, privateSize } = pqAlgorithm(type);
  if (seedSize > 0) return pqFromSeed(type, randomBytes(seedSize));
  const { publicKey, secretKey } = keygen.keygen(randomBytes((3 * privateSize) / 4));
  return { type, public: publicKey, private: secretKey };
}

/** Content of PrivateKeyInfo's octets: seed and expanded key where both are known (draft-ietf-lamps-dilithium-certificates). */
export function encodePqPrivate({ seed, private: secret, type }: PqKey): Uint8Array {
  const expanded = secret ?? new Uint8Array(0);
  if (type.startsWith('slh-dsa')) return expanded;
  return seed === undefined ? octetString(expanded) : sequence(octetString(seed), octetString(expanded));
}

/** In any of the forms: seed, expanded key, both. */
export function decodePqPrivate(type: PqType, content: Uint8Array): PqKey {
  if (type.startsWith('slh-dsa')) return pqFromPrivate(type, content);
  const reader = new DerReader(content);
  const { seedSize } = pqAlgorithm(type);
  const checkedSeed = (seed: Uint8Array): PqKey => {
    if (seed.length !== seedSize) throw new DerError('invalid object encoding');
    return pqFromSeed(type, seed);
  };
  const seed = reader.optional(0x80);
  if (seed !== undefined) return checkedSeed(seed.content);
  if (reader.tag === OCTET_STRING) return pqFromPrivate(type, reader.octets());
  const both = reader.sequence();
  const key = checkedSeed(both.octets());
  const expanded = both.octets();
  if (expanded.length !== key.private?.length || expanded.some((byte, index) => byte !== key.private?.[index])) {
    throw new DerError('invalid object encoding');
  }
  return key;
}

export function signPq(key: PqKey, message: Uint8Array, context: Uint8Array | undefined): Uint8Array | undefined {
  const { signer } = pqAlgorithm(key.type);
  return signer?.sign(message, key.private ?? new Uint8Array(0), context === undefined ? {} : { context });
}

export function verifyPq(key: PqKey, message: Uint8Array, signature: Uint8Array, context: Uint8Array | undefined): boolean {
  const { signer } = pqAlgorithm(key.type);
  try {
    return signer?.verify(signature, message, key.public, context === undefined ? {} : { context }) ?? false;
  } catch {
    // The library throws for signatures of a wrong length.
    return false;
  }
}
