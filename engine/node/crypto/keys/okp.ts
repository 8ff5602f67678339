/** Edwards and Montgomery curves (RFC 7748, RFC 8032), on @noble/curves. */
import { ed25519, ed25519ctx, x25519 } from '@noble/curves/ed25519.js';
import { ed448, x448 } from '@noble/curves/ed448.js';
import type { OkpType } from './types.ts';

export interface OkpAlgorithm {
  /** JWK's name. */
  readonly curve: string;
  readonly nid: number;
  /** Bytes of a key of either kind. */
  readonly size: number;
  publicKey(secret: Uint8Array): Uint8Array;
}

/** The numbers are OpenSSL's (include/openssl/obj_mac.h). */
export const OKP: Readonly<Record<OkpType, OkpAlgorithm>> = {
  ed25519: { curve: 'Ed25519', nid: 1087, size: 32, publicKey: (secret) => ed25519.getPublicKey(secret) },
  ed448: { curve: 'Ed448', nid: 1088, size: 57, publicKey: (secret) => ed448.getPublicKey(secret) },
  x25519: { curve: 'X25519', nid: 1034, size: 32, publicKey: (secret) => x25519.getPublicKey(secret) },
  x448: { curve: 'X448', nid: 1035, size: 56, publicKey: (secret) => x448.getPublicKey(secret) },
};

export const OKP_TYPES = Object.keys(OKP) as OkpType[];

export function isOkp(type: string): type is OkpType {
  return Object.hasOwn(OKP, type);
}

/** PureEdDSA, or with a context Ed25519ctx and Ed448 with it. */
export function signOkp(type: OkpType, message: Uint8Array, secret: Uint8Array, context: Uint8Array | undefined): Uint8Array {
  if (type === 'ed25519') return context === undefined ? ed25519.sign(message, secret) : ed25519ctx.sign(message, secret, { context });
  return ed448.sign(message, secret, context === undefined ? {} : { context });
}

export function verifyOkp(
  type: OkpType,
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
  context: Uint8Array | undefined,
): boolean {
  try {
    const options = context === undefined ? { zip215: false } : { zip215: false, context };
    const curve = type === 'ed448' ? ed448 : context === undefined ? ed25519 : ed25519ctx;
    return curve.verify(signature, message, publicKey, options);
  } catch {
    // The library throws for signatures and keys that are malformed.
    return false;
  }
}

/** Undefined where the result is zero: a peer of low order. */
export function agreeOkp(type: OkpType, secret: Uint8Array, peer: Uint8Array): Uint8Array | undefined {
  try {
    return type === 'x25519' ? x25519.getSharedSecret(secret, peer) : x448.getSharedSecret(secret, peer);
  } catch {
    return undefined;
  }
}
