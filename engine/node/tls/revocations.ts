/** Certificate revocation lists (RFC 5280, section 5): only lists of the issuer itself, without deltas. With one list, every certificate of a chain needs one (X509_V_FLAG_CRL_CHECK_ALL). */
import { DerReader, readInteger } from '../crypto/asn1/der.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import type { Certificate } from '../crypto/x509/certificate.ts';
import { readTime } from '../crypto/x509/fields.ts';
import { sameBytes } from './wire.ts';

const UNABLE_TO_GET_CRL = 3;
const CRL_SIGNATURE_FAILURE = 8;
const CRL_NOT_YET_VALID = 11;
const CRL_HAS_EXPIRED = 12;
const CERT_REVOKED = 23;

interface RevocationList {
  readonly issuer: Uint8Array;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  readonly serials: ReadonlySet<bigint>;
  readonly signed: Uint8Array;
  readonly signatureOid: string;
  readonly signatureParameters: Uint8Array;
  readonly signature: Uint8Array;
}

function readList(bytes: Uint8Array): RevocationList {
  const reader = DerReader.sequence(bytes);
  const toSign = reader.read(0x30);
  const algorithm = reader.sequence();
  const signatureOid = algorithm.oid();
  const signature = reader.bits();
  const body = new DerReader(toSign.content);
  body.optional(0x02);
  body.sequence();
  const issuer = body.read(0x30).whole;
  const thisUpdate = readTime(body);
  const nextUpdate = body.tag === 0x17 || body.tag === 0x18 ? readTime(body) : undefined;
  const serials = new Set<bigint>();
  const entries = body.optional(0x30);
  if (entries !== undefined) {
    const list = new DerReader(entries.content);
    while (!list.done) serials.add(readInteger(list.sequence().read(0x02)));
  }
  return { issuer, thisUpdate, nextUpdate, serials, signed: toSign.whole, signatureOid, signatureParameters: algorithm.rest, signature };
}

export class Revocations {
  readonly #primitives: TlsPrimitives;
  readonly #lists: RevocationList[] = [];

  constructor(primitives: TlsPrimitives) {
    this.#primitives = primitives;
  }

  /** Throws DerError for what is no list. */
  add(der: Uint8Array): void {
    this.#lists.push(readList(der));
  }

  /** The last problem of a chain, leaf first; 0: none. */
  problem(chain: readonly Certificate[], now: number): number {
    let result = 0;
    for (let index = chain.length - 1; index >= 0; index--) {
      const certificate = chain[index];
      if (certificate === undefined) continue;
      const found = this.#problemOf(certificate, chain[index + 1] ?? certificate, now);
      if (found !== 0) result = found;
    }
    return result;
  }

  #isSigned(list: RevocationList, issuer: Certificate): boolean {
    try {
      return this.#primitives.verifySigned(this.#primitives.core, list, this.#primitives.decodeSpki(issuer.publicKey));
    } catch {
      // A key that cannot be read has signed nothing.
      return false;
    }
  }

  #problemOf(certificate: Certificate, issuer: Certificate, now: number): number {
    const list = this.#lists.find((each) => sameBytes(each.issuer, certificate.issuer.der));
    if (list === undefined) return UNABLE_TO_GET_CRL;
    if (now < list.thisUpdate) return CRL_NOT_YET_VALID;
    if (list.nextUpdate !== undefined && now > list.nextUpdate) return CRL_HAS_EXPIRED;
    if (!this.#isSigned(list, issuer)) return CRL_SIGNATURE_FAILURE;
    return list.serials.has(certificate.serial) ? CERT_REVOKED : 0;
  }
}
