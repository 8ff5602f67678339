/** Asymmetric keys as numbers: what EVP_PKEY is to OpenSSL. */
import type { Curve } from '../ec/curves.ts';

export interface RsaPrivate {
  readonly d: bigint;
  readonly p: bigint;
  readonly q: bigint;
  readonly dp: bigint;
  readonly dq: bigint;
  readonly qi: bigint;
}

/** What an RSASSA-PSS key is restricted to (RFC 4055). Hashes by OpenSSL's names. */
export interface PssParameters {
  readonly hash: string;
  readonly mgf1Hash: string;
  readonly saltLength: number;
}

export interface RsaKey {
  readonly type: 'rsa' | 'rsa-pss';
  readonly n: bigint;
  readonly e: bigint;
  readonly private?: RsaPrivate | undefined;
  /** Only of `rsa-pss`, and there only where it is restricted. */
  readonly pss?: PssParameters | undefined;
}

export interface EcKey {
  readonly type: 'ec';
  readonly curve: Curve;
  /** Parameters are written out instead of the curve's name. */
  readonly explicit: boolean;
  readonly x: bigint;
  readonly y: bigint;
  readonly d?: bigint | undefined;
}

export type OkpType = 'ed25519' | 'ed448' | 'x25519' | 'x448';

export interface OkpKey {
  readonly type: OkpType;
  readonly public: Uint8Array;
  readonly private?: Uint8Array | undefined;
}

export interface DsaKey {
  readonly type: 'dsa';
  readonly p: bigint;
  readonly q: bigint;
  readonly g: bigint;
  readonly y: bigint;
  readonly x?: bigint | undefined;
}

export interface DhKey {
  readonly type: 'dh';
  readonly p: bigint;
  readonly g: bigint;
  /** X9.42 keys name the subgroup's order. */
  readonly q?: bigint | undefined;
  /** Bits of the private key, where the encoding says them. */
  readonly length?: number | undefined;
  readonly y: bigint;
  readonly x?: bigint | undefined;
}

export type PqType = `ml-dsa-${44 | 65 | 87}` | `ml-kem-${512 | 768 | 1024}` | `slh-dsa-${'sha2' | 'shake'}-${128 | 192 | 256}${'s' | 'f'}`;

export interface PqKey {
  readonly type: PqType;
  readonly public: Uint8Array;
  /** Expanded. */
  readonly private?: Uint8Array | undefined;
  readonly seed?: Uint8Array | undefined;
}

export type AsymmetricKey = RsaKey | EcKey | OkpKey | DsaKey | DhKey | PqKey;

/** Whether the private part is known. */
export function hasPrivate(key: AsymmetricKey): boolean {
  switch (key.type) {
    case 'rsa':
    case 'rsa-pss':
      return key.private !== undefined;
    case 'ec':
      return key.d !== undefined;
    case 'dsa':
    case 'dh':
      return key.x !== undefined;
    default:
      return key.private !== undefined;
  }
}
