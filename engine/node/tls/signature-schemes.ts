/** Signature schemes (RFC 8446, 4.2.3) and the keys that they go with. */
import type { AsymmetricKey } from '../crypto/keys/types.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import { TlsFailure } from './errors.ts';
import { digestNamed } from './key-schedule.ts';
import { ALERT } from './protocol.ts';

export interface SignatureScheme {
  readonly id: number;
  /** IANA's. */
  readonly name: string;
  /** As `getSharedSigalgs` prints it. */
  readonly shown: string;
  readonly key: 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'ed448';
  readonly digest: string | undefined;
  readonly pss: boolean;
  /** Of 1.3's ECDSA: the one curve. */
  readonly curve: string | undefined;
  /** For signatures of the handshake in 1.3, not only of certificates. */
  readonly has13: boolean;
}

const scheme = (
  id: number,
  name: string,
  shown: string,
  key: SignatureScheme['key'],
  digest: string | undefined,
  more: { pss?: boolean; curve?: string; has13?: boolean } = {},
): SignatureScheme => ({ id, name, shown, key, digest, pss: more.pss ?? false, curve: more.curve, has13: more.has13 ?? false });

/** In OpenSSL's order of preference (ssl/t1_lib.c, tls12_sigalgs). */
export const SCHEMES: readonly SignatureScheme[] = [
  scheme(0x0403, 'ecdsa_secp256r1_sha256', 'ECDSA+SHA256', 'ec', 'sha256', { curve: 'prime256v1', has13: true }),
  scheme(0x0503, 'ecdsa_secp384r1_sha384', 'ECDSA+SHA384', 'ec', 'sha384', { curve: 'secp384r1', has13: true }),
  scheme(0x0603, 'ecdsa_secp521r1_sha512', 'ECDSA+SHA512', 'ec', 'sha512', { curve: 'secp521r1', has13: true }),
  scheme(0x0807, 'ed25519', 'Ed25519', 'ed25519', undefined, { has13: true }),
  scheme(0x0808, 'ed448', 'Ed448', 'ed448', undefined, { has13: true }),
  scheme(0x0809, 'rsa_pss_pss_sha256', 'RSA-PSS+SHA256', 'rsa-pss', 'sha256', { pss: true, has13: true }),
  scheme(0x080a, 'rsa_pss_pss_sha384', 'RSA-PSS+SHA384', 'rsa-pss', 'sha384', { pss: true, has13: true }),
  scheme(0x080b, 'rsa_pss_pss_sha512', 'RSA-PSS+SHA512', 'rsa-pss', 'sha512', { pss: true, has13: true }),
  scheme(0x0804, 'rsa_pss_rsae_sha256', 'RSA-PSS+SHA256', 'rsa', 'sha256', { pss: true, has13: true }),
  scheme(0x0805, 'rsa_pss_rsae_sha384', 'RSA-PSS+SHA384', 'rsa', 'sha384', { pss: true, has13: true }),
  scheme(0x0806, 'rsa_pss_rsae_sha512', 'RSA-PSS+SHA512', 'rsa', 'sha512', { pss: true, has13: true }),
  scheme(0x0401, 'rsa_pkcs1_sha256', 'RSA+SHA256', 'rsa', 'sha256'),
  scheme(0x0501, 'rsa_pkcs1_sha384', 'RSA+SHA384', 'rsa', 'sha384'),
  scheme(0x0601, 'rsa_pkcs1_sha512', 'RSA+SHA512', 'rsa', 'sha512'),
  scheme(0x0303, 'ecdsa_sha224', 'ECDSA+SHA224', 'ec', 'sha224'),
  scheme(0x0301, 'rsa_pkcs1_sha224', 'RSA+SHA224', 'rsa', 'sha224'),
];

/** What is had only when it is named: OpenSSL's security level 2 refuses SHA-1. */
const WEAK: readonly SignatureScheme[] = [
  scheme(0x0203, 'ecdsa_sha1', 'ECDSA+SHA1', 'ec', 'sha1'),
  scheme(0x0201, 'rsa_pkcs1_sha1', 'RSA+SHA1', 'rsa', 'sha1'),
];

/** Level 0 has them. */
export const WEAK_SCHEMES = WEAK;

/** What keys sign with before 1.2, where no scheme is sent (RFC 2246, 7.4.3; RFC 4492, 5.4); undefined for keys that cannot. */
export function olderScheme({ type }: AsymmetricKey): SignatureScheme | undefined {
  if (type === 'ec') return schemeById(0x0203);
  return type === 'rsa' ? OLDER_RSA : undefined;
}

const OLDER_RSA = scheme(0, 'rsa_pkcs1_md5_sha1', 'RSA+MD5-SHA1', 'rsa', 'md5-sha1');

export function schemeById(id: number): SignatureScheme | undefined {
  return SCHEMES.find((each) => each.id === id) ?? WEAK.find((each) => each.id === id);
}

/** A list as SSL_CTX_set1_sigalgs_list takes it; undefined for one that it refuses. */
export function parseSchemes(list: string): SignatureScheme[] | undefined {
  const found: SignatureScheme[] = [];
  for (const name of list.split(':')) {
    const wanted = name.toUpperCase();
    const shown = wanted.replace(/^PSS\+/, 'RSA-PSS+');
    // `RSA-PSS+SHA256` means keys of plain RSA.
    const each = [...SCHEMES, ...WEAK].find(
      (one) => one.name.toUpperCase() === wanted || (one.shown.toUpperCase() === shown && one.key !== 'rsa-pss'),
    );
    if (each === undefined) return undefined;
    if (!found.includes(each)) found.push(each);
  }
  return found;
}

/** Whether a key can make and check signatures of a scheme. */
export function fitsKey(each: SignatureScheme, key: AsymmetricKey, is13: boolean): boolean {
  if (each.key !== key.type) return false;
  if (is13 && !each.has13) return false;
  if (key.type === 'ec' && is13 && key.curve.name !== each.curve) return false;
  if (key.type === 'rsa-pss' && key.pss !== undefined && key.pss.hash !== each.digest) return false;
  // RSASSA-PSS needs room for hash and salt (RFC 8017, 9.1.1).
  if (key.type === 'rsa' && each.pss && key.n.toString(16).length / 2 < 2 * DIGEST_SIZES[each.digest ?? '']! + 2) return false;
  return true;
}

const DIGEST_SIZES: Readonly<Record<string, number>> = { sha256: 32, sha384: 48, sha512: 64 };

function request({ core }: TlsPrimitives, each: SignatureScheme, key: AsymmetricKey, data: Uint8Array) {
  return {
    key,
    data,
    digest: each.digest === undefined ? undefined : digestNamed(core, each.digest),
    padding: each.pss ? 6 : key.type === 'rsa' ? 1 : undefined,
    // RSA_PSS_SALTLEN_DIGEST
    saltLength: each.pss ? -1 : undefined,
    encoding: undefined,
    context: undefined,
  };
}

export function signWith(primitives: TlsPrimitives, each: SignatureScheme, key: AsymmetricKey, data: Uint8Array): Uint8Array {
  try {
    return primitives.signMessage(primitives.core, request(primitives, each, key, data));
  } catch {
    // A key of one's own that cannot do what its kind can.
    throw new TlsFailure(ALERT.internalError, 'internal error');
  }
}

export function verifyWith(
  primitives: TlsPrimitives,
  each: SignatureScheme,
  key: AsymmetricKey,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    return primitives.verifyMessage(primitives.core, request(primitives, each, key, data), signature);
  } catch {
    // Numbers that make no key, in a certificate that came in: nothing was signed with it.
    return false;
  }
}
