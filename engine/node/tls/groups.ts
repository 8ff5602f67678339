/** Groups of key agreement (RFC 8446, 4.2.7; RFC 8422; draft-ietf-tls-ecdhe-mlkem). */
import { concatBytes } from '../crypto/bytes.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';

export interface Group {
  readonly id: number;
  /** OpenSSL's. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** What `getEphemeralKeyInfo` says of it. */
  readonly info: { readonly type: string; readonly name: string; readonly size: number | undefined };
  /** 1.2 has it too. */
  readonly has12: boolean;
}

/** A share of a key that both sides make. */
export interface KeyShare {
  readonly group: Group;
  readonly public: Uint8Array;
  /** The secret with the other side's share; undefined where that is malformed. */
  agree(peer: Uint8Array): Uint8Array | undefined;
}

const ec = (id: number, name: string, size: number, ...aliases: string[]): Group => ({
  id,
  name,
  aliases,
  info: { type: 'ECDH', name, size },
  has12: true,
});

/** In OpenSSL's order of preference. */
export const GROUPS: readonly Group[] = [
  {
    id: 0x11ec,
    name: 'X25519MLKEM768',
    aliases: [],
    info: { type: 'TLSGroup', name: 'X25519MLKEM768', size: undefined },
    has12: false,
  },
  ec(29, 'X25519', 253, 'x25519'),
  ec(23, 'prime256v1', 256, 'secp256r1', 'P-256'),
  ec(30, 'X448', 448, 'x448'),
  ec(24, 'secp384r1', 384, 'P-384'),
  ec(25, 'secp521r1', 521, 'P-521'),
];

/** Groups that are only had when named. */
const NAMED_GROUPS: readonly Group[] = [
  ec(22, 'secp256k1', 256),
  ec(26, 'brainpoolP256r1', 256),
  ec(27, 'brainpoolP384r1', 384),
  ec(28, 'brainpoolP512r1', 512),
];

export function groupById(id: number): Group | undefined {
  return GROUPS.find((group) => group.id === id) ?? NAMED_GROUPS.find((group) => group.id === id);
}

export function groupByName(name: string): Group | undefined {
  const wanted = name.toLowerCase();
  return [...GROUPS, ...NAMED_GROUPS].find(
    (group) => group.name.toLowerCase() === wanted || group.aliases.some((alias) => alias.toLowerCase() === wanted),
  );
}

const KEM_PUBLIC = 1184;
const KEM_CIPHERTEXT = 1088;
const X25519_SIZE = 32;

/** The side that begins. */
export function createShare(primitives: TlsPrimitives, group: Group): KeyShare {
  if (group.name === 'X25519' || group.name === 'X448') {
    const type = group.name === 'X25519' ? 'x25519' : 'x448';
    const share = primitives.okpShare(type);
    return {
      group,
      public: share.public,
      agree: (peer) => (peer.length === share.public.length ? primitives.okpAgree(type, share.secret, peer) : undefined),
    };
  }
  if (group.name === 'X25519MLKEM768') {
    const { kem } = primitives.kem();
    if (kem === undefined) throw new TypeError('ML-KEM is not there');
    const pair = kem.keygen();
    const share = primitives.okpShare('x25519');
    return {
      group,
      public: concatBytes(pair.publicKey, share.public),
      agree(peer) {
        if (peer.length !== KEM_CIPHERTEXT + X25519_SIZE) return undefined;
        const secret = primitives.okpAgree('x25519', share.secret, peer.subarray(KEM_CIPHERTEXT));
        return secret === undefined ? undefined : concatBytes(kem.decapsulate(peer.slice(0, KEM_CIPHERTEXT), pair.secretKey), secret);
      },
    };
  }
  const { d, point } = primitives.ecShare(group.name);
  return { group, public: point, agree: (peer) => primitives.ecAgree(group.name, d, peer) };
}

/** The side that answers: its own share and the secret; undefined where the other's share is malformed. */
export function answerShare(
  primitives: TlsPrimitives,
  group: Group,
  peer: Uint8Array,
): { public: Uint8Array; secret: Uint8Array } | undefined {
  if (group.name !== 'X25519MLKEM768') {
    const share = createShare(primitives, group);
    const secret = share.agree(peer);
    return secret === undefined ? undefined : { public: share.public, secret };
  }
  if (peer.length !== KEM_PUBLIC + X25519_SIZE) return undefined;
  const { kem } = primitives.kem();
  if (kem === undefined) throw new TypeError('ML-KEM is not there');
  const own = primitives.okpShare('x25519');
  const agreed = primitives.okpAgree('x25519', own.secret, peer.subarray(KEM_PUBLIC));
  if (agreed === undefined) return undefined;
  try {
    const { cipherText, sharedSecret } = kem.encapsulate(peer.slice(0, KEM_PUBLIC));
    return { public: concatBytes(cipherText, own.public), secret: concatBytes(sharedSecret, agreed) };
  } catch {
    // The library refuses keys whose coefficients are out of range (FIPS 203, 7.2).
    return undefined;
  }
}
