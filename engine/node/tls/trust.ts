/** Judging chains of certificates as OpenSSL's X509_verify_cert does (crypto/x509/x509_vfy.c; RFC 5280, section 6), without policies. */
import { DerReader, readInteger, readOid } from '../crypto/asn1/der.ts';
import type { AsymmetricKey } from '../crypto/keys/types.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import type { Certificate } from '../crypto/x509/certificate.ts';
import { AUTHORITY_KEY_ID, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, KEY_USAGE, SUBJECT_KEY_ID } from '../crypto/x509/fields.ts';
import { constraintProblem, NAME_CONSTRAINTS } from './name-constraints.ts';
import type { Revocations } from './revocations.ts';
import { sameBytes } from './wire.ts';

/** X509_V_ERR_* (include/openssl/x509_vfy.h). */
export const VERIFY = {
  ok: 0,
  unableToGetIssuerCert: 2,
  unableToGetCrl: 3,
  certSignatureFailure: 7,
  crlSignatureFailure: 8,
  certNotYetValid: 9,
  certHasExpired: 10,
  crlNotYetValid: 11,
  crlHasExpired: 12,
  depthZeroSelfSigned: 18,
  selfSignedInChain: 19,
  unableToGetIssuerLocally: 20,
  unableToVerifyLeaf: 21,
  chainTooLong: 22,
  certRevoked: 23,
  pathLengthExceeded: 25,
  invalidPurpose: 26,
  unhandledCriticalExtension: 34,
  permittedViolation: 47,
  excludedViolation: 48,
  eeKeyTooSmall: 66,
  caKeyTooSmall: 67,
  caMdTooWeak: 68,
} as const;

/** Of each: the constant's name without X509_V_ERR_, and OpenSSL's text (X509_verify_cert_error_string). */
export const VERIFY_TEXTS: Readonly<Record<number, readonly [code: string, text: string]>> = {
  2: ['UNABLE_TO_GET_ISSUER_CERT', 'unable to get issuer certificate'],
  3: ['UNABLE_TO_GET_CRL', 'unable to get certificate CRL'],
  7: ['CERT_SIGNATURE_FAILURE', 'certificate signature failure'],
  8: ['CRL_SIGNATURE_FAILURE', 'CRL signature failure'],
  9: ['CERT_NOT_YET_VALID', 'certificate is not yet valid'],
  10: ['CERT_HAS_EXPIRED', 'certificate has expired'],
  11: ['CRL_NOT_YET_VALID', 'CRL is not yet valid'],
  12: ['CRL_HAS_EXPIRED', 'CRL has expired'],
  18: ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
  19: ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'],
  20: ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unable to get local issuer certificate'],
  21: ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'],
  22: ['CERT_CHAIN_TOO_LONG', 'certificate chain too long'],
  23: ['CERT_REVOKED', 'certificate revoked'],
  25: ['PATH_LENGTH_EXCEEDED', 'path length constraint exceeded'],
  26: ['INVALID_PURPOSE', 'unsuitable certificate purpose'],
  // These have no code of their own in Node (X509Pointer::ErrorCode).
  34: ['UNSPECIFIED', 'unhandled critical extension'],
  47: ['UNSPECIFIED', 'permitted subtree violation'],
  48: ['UNSPECIFIED', 'excluded subtree violation'],
  66: ['UNSPECIFIED', 'EE certificate key too weak'],
  67: ['UNSPECIFIED', 'CA certificate key too weak'],
  68: ['UNSPECIFIED', 'CA signature digest algorithm too weak'],
};

/** Certificates between leaf and root (OpenSSL's default depth). */
const MOST_DEPTH = 100;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const ANY_USAGE = '2.5.29.37.0';
const KNOWN_CRITICAL = new Set([
  '2.5.29.17',
  '2.5.29.18',
  BASIC_CONSTRAINTS,
  KEY_USAGE,
  EXTENDED_KEY_USAGE,
  '2.5.29.32',
  '2.5.29.36',
  '2.5.29.33',
  '2.5.29.54',
  NAME_CONSTRAINTS,
]);

export interface TrustOptions {
  readonly trusted: readonly Certificate[];
  readonly revocations: Revocations | undefined;
  /** X509_V_FLAG_PARTIAL_CHAIN: a trusted certificate ends the chain, self-signed or not. */
  readonly partial: boolean;
  readonly level: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export class TrustStore {
  readonly #primitives: TlsPrimitives;
  readonly #options: TrustOptions;
  readonly #bySubject = new Map<string, Certificate[]>();

  constructor(primitives: TlsPrimitives, options: TrustOptions) {
    this.#primitives = primitives;
    this.#options = options;
    for (const certificate of options.trusted) {
      const key = nameKey(certificate.subject.der);
      this.#bySubject.set(key, [...(this.#bySubject.get(key) ?? []), certificate]);
    }
  }

  #isTrusted(certificate: Certificate): boolean {
    return (this.#bySubject.get(nameKey(certificate.subject.der)) ?? []).some((each) => sameBytes(each.raw, certificate.raw));
  }

  /** A trusted certificate that can have issued this one; of several, one that is valid now. */
  issuerOf(certificate: Certificate): Certificate | undefined {
    const candidates = (this.#bySubject.get(nameKey(certificate.issuer.der)) ?? []).filter((each) => likelyIssued(each, certificate));
    return candidates.find((each) => this.#timeProblem(each) === VERIFY.ok) ?? candidates[0];
  }

  isSelfIssued(certificate: Certificate): boolean {
    return likelyIssued(certificate, certificate);
  }

  /** From the leaf to where trust begins, as far as it goes. */
  build(leaf: Certificate, untrusted: readonly Certificate[]): { chain: Certificate[]; problem: number } {
    const chain = [leaf];
    let trustedFrom = this.#isTrusted(leaf) ? 0 : -1;
    while (chain.length <= MOST_DEPTH) {
      const last = chain.at(-1) ?? leaf;
      if (trustedFrom >= 0 && this.#options.partial) break;
      if (this.isSelfIssued(last)) break;
      const issuer = this.issuerOf(last);
      if (issuer !== undefined) {
        if (trustedFrom < 0) trustedFrom = chain.length;
        chain.push(issuer);
        continue;
      }
      const sent = untrusted.find((each) => !chain.includes(each) && likelyIssued(each, last));
      if (sent === undefined) break;
      chain.push(sent);
    }
    if (chain.length > MOST_DEPTH) return { chain, problem: VERIFY.chainTooLong };
    const last = chain.at(-1) ?? leaf;
    if (trustedFrom >= 0 && (this.isSelfIssued(last) || this.#options.partial)) return { chain, problem: VERIFY.ok };
    if (this.isSelfIssued(last)) return { chain, problem: chain.length === 1 ? VERIFY.depthZeroSelfSigned : VERIFY.selfSignedInChain };
    if (trustedFrom >= 0) return { chain, problem: VERIFY.unableToGetIssuerCert };
    return { chain, problem: VERIFY.unableToGetIssuerLocally };
  }

  /**
   * The last problem that is found, as it stays in `SSL_get_verify_result` when every one is let pass (Node's VerifyCallback).
   * @param sent leaf first
   */
  verify(sent: readonly Certificate[], purpose: 'server' | 'client'): number {
    const [leaf, ...untrusted] = sent;
    if (leaf === undefined) return VERIFY.unableToGetIssuerCert;
    const { chain, problem } = this.build(leaf, untrusted);
    let result = problem;
    const note = (found: number): void => {
      if (found !== VERIFY.ok) result = found;
    };
    chain.forEach((certificate, index) => note(this.#extensionProblem(certificate, index, chain, purpose)));
    note(this.#strengthProblem(chain));
    if (this.#options.revocations !== undefined) note(this.#options.revocations.problem(chain, this.#options.now));
    this.#signatureProblems(chain, note);
    note(constraintProblem(chain));
    return result;
  }

  #extensionProblem(certificate: Certificate, index: number, chain: readonly Certificate[], purpose: 'server' | 'client'): number {
    const { extensions } = certificate;
    for (const [id, { critical }] of extensions) if (critical && !KNOWN_CRITICAL.has(id)) return VERIFY.unhandledCriticalExtension;
    try {
      const constraints = basicConstraints(certificate);
      if (index > 0) {
        // OpenSSL finds both: an invalid authority, and one that is not for the purpose. The second stays.
        if (!this.#canBeAuthority(certificate, constraints?.authority)) return VERIFY.invalidPurpose;
        // Self-issued certificates between do not count (RFC 5280, 6.1.4).
        const below = chain.slice(1, index).filter((each) => !sameBytes(each.subject.der, each.issuer.der)).length;
        if (constraints?.pathLength !== undefined && below > constraints.pathLength) return VERIFY.pathLengthExceeded;
      }
      return usageFits(certificate, purpose, index > 0) ? VERIFY.ok : VERIFY.invalidPurpose;
    } catch {
      // Extensions that cannot be read make a certificate invalid.
      return VERIFY.invalidPurpose;
    }
  }

  /** X509_check_ca, where 3 (version 1, self-signed) counts as an authority too. */
  #canBeAuthority(certificate: Certificate, authority: boolean | undefined): boolean {
    if (authority !== undefined) return authority && keyMay(certificate, 0x04);
    if (certificate.version === 1 && this.isSelfIssued(certificate)) return true;
    return certificate.extensions.has(KEY_USAGE) && keyMay(certificate, 0x04);
  }

  #timeProblem({ notBefore, notAfter }: Certificate): number {
    if (this.#options.now < notBefore) return VERIFY.certNotYetValid;
    return this.#options.now > notAfter ? VERIFY.certHasExpired : VERIFY.ok;
  }

  /** Of keys, and of the signatures' hashes below the root. */
  #strengthProblem(chain: readonly Certificate[]): number {
    if (this.#options.level < 1) return VERIFY.ok;
    for (const [index, certificate] of chain.entries()) {
      try {
        if (isTooSmall(this.#primitives.decodeSpki(certificate.publicKey), this.#options.level))
          return index === 0 ? VERIFY.eeKeyTooSmall : VERIFY.caKeyTooSmall;
      } catch {
        return index === 0 ? VERIFY.eeKeyTooSmall : VERIFY.caKeyTooSmall;
      }
      const isRoot = index === chain.length - 1 && this.isSelfIssued(certificate);
      if (!isRoot && WEAK_SIGNATURES.has(certificate.signatureOid)) return VERIFY.caMdTooWeak;
    }
    return VERIFY.ok;
  }

  /** From the root down (internal_verify); a root's own signature is taken for good. Where the chain does not end in one, its last certificate is not looked at. */
  #signatureProblems(chain: readonly Certificate[], note: (found: number) => void): void {
    const last = chain.at(-1);
    if (last === undefined) return;
    const isWhole = this.isSelfIssued(last) || (this.#options.partial && this.#isTrusted(last));
    if (!isWhole && chain.length === 1) return note(VERIFY.unableToVerifyLeaf);
    for (let index = chain.length - (isWhole ? 1 : 2); index >= 0; index--) {
      const [certificate, issuer] = [chain[index], chain[index + 1]];
      if (certificate === undefined) continue;
      if (issuer !== undefined && !this.#isSigned(certificate, issuer)) note(VERIFY.certSignatureFailure);
      note(this.#timeProblem(certificate));
    }
  }

  #isSigned(certificate: Certificate, issuer: Certificate): boolean {
    try {
      const key = this.#primitives.decodeSpki(issuer.publicKey);
      return !isTooLarge(key) && this.#primitives.verifySigned(this.#primitives.core, certificate, key);
    } catch {
      // A key that cannot be read has signed nothing.
      return false;
    }
  }
}

/** Bits of RSA's and of curves' keys that each security level asks for (SSL_CTX_set_security_level(3)). */
const LEAST_BITS = [
  [0, 0],
  [1024, 160],
  [2048, 224],
  [3072, 256],
  [7680, 384],
  [15_360, 512],
] as const;

export function isTooSmall(key: AsymmetricKey, level: number): boolean {
  const [rsa, curve] = LEAST_BITS[level] ?? [0, 0];
  if ('n' in key) return key.n.toString(2).length < rsa;
  return key.type === 'ec' && key.curve.n.toString(2).length < curve;
}

/** Bits of RSA's numbers that are computed with (OPENSSL_RSA_MAX_MODULUS_BITS, OPENSSL_RSA_MAX_PUBEXP_BITS): larger ones only take time. */
const MOST_MODULUS = 16_384;
const MOST_EXPONENT = 64;

export function isTooLarge(key: AsymmetricKey): boolean {
  return 'n' in key && (key.n.toString(16).length * 4 > MOST_MODULUS + 3 || key.e.toString(2).length > MOST_EXPONENT);
}

/** MD5 and SHA-1 with RSA, SHA-1 with ECDSA and DSA: below the 112 bits of level 2, and below the 80 of level 1. */
const WEAK_SIGNATURES = new Set(['1.2.840.113549.1.1.4', '1.2.840.113549.1.1.5', '1.2.840.10045.4.1', '1.2.840.10040.4.3']);

const nameKey = (der: Uint8Array): string => String.fromCharCode(...der);

function basicConstraints({ extensions }: Certificate): { authority: boolean; pathLength: number | undefined } | undefined {
  const extension = extensions.get(BASIC_CONSTRAINTS);
  if (extension === undefined) return undefined;
  const reader = DerReader.sequence(extension.value);
  const authority = (reader.optional(0x01)?.content[0] ?? 0) !== 0;
  const length = reader.optional(0x02);
  return { authority, pathLength: length === undefined ? undefined : Number(readInteger(length)) };
}

function keyMay({ extensions }: Certificate, bit: number): boolean {
  const usage = extensions.get(KEY_USAGE);
  return usage === undefined || ((new DerReader(usage.value).bits()[0] ?? 0) & bit) !== 0;
}

/** check_purpose_ssl_server and _client: extended usage, and what the key may do. */
function usageFits(certificate: Certificate, purpose: 'server' | 'client', isAuthority: boolean): boolean {
  const extended = certificate.extensions.get(EXTENDED_KEY_USAGE);
  if (extended !== undefined) {
    const reader = DerReader.sequence(extended.value);
    const usages: string[] = [];
    while (!reader.done) usages.push(readOid(reader.read(0x06).content));
    if (!usages.includes(purpose === 'server' ? SERVER_AUTH : CLIENT_AUTH) && !usages.includes(ANY_USAGE)) return false;
  }
  if (isAuthority) return true;
  // Signing, agreement; servers may decipher keys, too.
  return keyMay(certificate, purpose === 'server' ? 0x80 | 0x20 | 0x08 : 0x80 | 0x08);
}

/** Names and the authority key identifier fit (ossl_x509_likely_issued): what the issuer's key may do is not looked at yet. */
function likelyIssued(issuer: Certificate, certificate: Certificate): boolean {
  if (!sameBytes(certificate.issuer.der, issuer.subject.der)) return false;
  const extension = certificate.extensions.get(AUTHORITY_KEY_ID);
  if (extension === undefined) return true;
  try {
    const reader = DerReader.sequence(extension.value);
    const id = reader.optional(0x80);
    const subjectKey = issuer.extensions.get(SUBJECT_KEY_ID);
    if (id !== undefined && subjectKey !== undefined && !sameBytes(id.content, new DerReader(subjectKey.value).octets())) return false;
    reader.optional(0xa1);
    const serial = reader.optional(0x82);
    return serial === undefined || readInteger(serial) === issuer.serial;
  } catch {
    // An identifier that cannot be read names nobody.
    return false;
  }
}
