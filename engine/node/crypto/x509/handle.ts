/** The object behind `X509Certificate`. Stands for X509Certificate of src/crypto/crypto_x509.cc. */
import { SIGNATURE_ALGORITHMS } from '../asn1/algorithms.ts';
import { DerError, DerReader, readOid } from '../asn1/der.ts';
import { hasBrokenPem, readPem, writePem } from '../asn1/pem.ts';
import { viewBytes } from '../bytes.ts';
import { type CryptoCore, KEY_PUBLIC } from '../core.ts';
import { encodePoint, UNCOMPRESSED } from '../ec/curves.ts';
import { asn1Error, libraryError } from '../errors.ts';
import { decodeSpki, encodeSpki, UnknownAlgorithmError } from '../keys/spki.ts';
import type { AsymmetricKey } from '../keys/types.ts';
import { bigIntBytes, bitLength } from '../math/integers.ts';
import { hashOf } from '../rsa/padding.ts';
import {
  AUTHORITY_INFO_ACCESS,
  AUTHORITY_KEY_ID,
  BASIC_CONSTRAINTS,
  type Certificate,
  EXTENDED_KEY_USAGE,
  KEY_USAGE,
  readCertificate,
  SUBJECT_ALT_NAME,
  SUBJECT_KEY_ID,
} from './certificate.ts';
import { printGeneralName, printInfoAccess, readGeneralNames } from './general-name.ts';
import { matchEmail, matchHost, matchIp, parseIp } from './match.ts';
import { nameObject, printLines } from './name.ts';
import { verifySigned } from './verify.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** ASN1_TIME_print. */
function printTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map(two).join(':');
  return `${MONTHS[time.getUTCMonth()]} ${String(time.getUTCDate()).padStart(2)} ${clock} ${time.getUTCFullYear()} GMT`;
}

const upperHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');

const SIGN_CERTIFICATES = 0x04;
const CURVE_NIST_NAMES: Readonly<Record<string, string>> = {
  prime192v1: 'P-192',
  secp224r1: 'P-224',
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

export type CertificateHandles = ReturnType<typeof createCertificates>;

export function createCertificates(core: CryptoCore) {
  const { environment } = core;
  const certificates = new WeakMap<object, Certificate>();

  const fingerprint = (certificate: Certificate, name: string): string => {
    const digest = core.findDigest(name);
    if (digest === undefined || digest === 'legacy') throw new Error(`No digest ${name}`);
    return (upperHex(hashOf(digest, certificate.raw)).match(/../g) ?? []).join(':');
  };

  const keyOf = (certificate: Certificate): AsymmetricKey => {
    try {
      return decodeSpki(certificate.publicKey);
    } catch (error) {
      if (error instanceof UnknownAlgorithmError || error instanceof DerError) throw libraryError('evp', 'decode error', '00072');
      throw error;
    }
  };

  class X509Certificate {
    readonly #certificate: Certificate;
    readonly #issuers: readonly Certificate[];

    constructor(certificate: Certificate, issuers: readonly Certificate[] = []) {
      this.#certificate = certificate;
      this.#issuers = issuers;
      certificates.set(this, certificate);
    }
    subject(): string | undefined {
      return printLines(this.#certificate.subject);
    }
    issuer(): string | undefined {
      return printLines(this.#certificate.issuer);
    }
    subjectAltName(): string | undefined {
      const extension = this.#certificate.extensions.get(SUBJECT_ALT_NAME);
      return extension === undefined ? undefined : readGeneralNames(extension.value).map(printGeneralName).join(', ');
    }
    infoAccess(): string | undefined {
      const extension = this.#certificate.extensions.get(AUTHORITY_INFO_ACCESS);
      return extension === undefined ? undefined : printInfoAccess(extension.value);
    }
    validFrom(): string {
      return printTime(this.#certificate.notBefore);
    }
    validTo(): string {
      return printTime(this.#certificate.notAfter);
    }
    validFromDate(): Date {
      return new Date(this.#certificate.notBefore);
    }
    validToDate(): Date {
      return new Date(this.#certificate.notAfter);
    }
    fingerprint(): string {
      return fingerprint(this.#certificate, 'sha1');
    }
    fingerprint256(): string {
      return fingerprint(this.#certificate, 'sha256');
    }
    fingerprint512(): string {
      return fingerprint(this.#certificate, 'sha512');
    }
    /** Extended key usages. */
    keyUsage(): string[] | undefined {
      const extension = this.#certificate.extensions.get(EXTENDED_KEY_USAGE);
      if (extension === undefined) return undefined;
      const reader = DerReader.sequence(extension.value);
      const usages: string[] = [];
      while (!reader.done) usages.push(readOid(reader.read(0x06).content));
      return usages;
    }
    serialNumber(): string {
      const { serial } = this.#certificate;
      return `${serial < 0n ? '-' : ''}${upperHex(bigIntBytes(serial < 0n ? -serial : serial)) || '00'}`;
    }
    signatureAlgorithm(): string | undefined {
      return SIGNATURE_ALGORITHMS[this.#certificate.signatureOid]?.name;
    }
    signatureAlgorithmOid(): string {
      return this.#certificate.signatureOid;
    }
    raw(): Uint8Array {
      return environment.buffer(this.#certificate.raw.slice());
    }
    pem(): string {
      return writePem('CERTIFICATE', this.#certificate.raw);
    }
    publicKey(): object {
      return core.createHandle({ type: KEY_PUBLIC, key: keyOf(this.#certificate) });
    }
    checkCA(): boolean {
      return isAuthority(this.#certificate);
    }
    checkHost(name: string, flags: number): string | undefined {
      if (name.includes('\0')) throw environment.codedError('TypeError', 'ERR_INVALID_ARG_VALUE', 'Invalid name');
      return matchHost(this.#certificate, name, flags);
    }
    checkEmail(email: string, flags: number): string | undefined {
      if (email.includes('\0')) throw environment.codedError('TypeError', 'ERR_INVALID_ARG_VALUE', 'Invalid name');
      return matchEmail(this.#certificate, email, flags) === undefined ? undefined : email;
    }
    checkIP(ip: string): string | undefined {
      const address = parseIp(ip);
      if (address === undefined) throw environment.codedError('TypeError', 'ERR_INVALID_ARG_VALUE', 'Invalid name');
      return matchIp(this.#certificate, address) ? ip : undefined;
    }
    checkIssued(other: object): boolean {
      const issuer = certificates.get(other);
      return issuer !== undefined && isIssuedBy(this.#certificate, issuer);
    }
    checkPrivateKey(handle: object): boolean {
      const data = core.keyData(handle);
      if (data === undefined || data.type === 0) return false;
      const [own, given] = [encodeSpki(keyOf(this.#certificate)), encodeSpki(data.key)];
      return own.length === given.length && own.every((byte, index) => byte === given[index]);
    }
    verify(handle: object): boolean {
      const data = core.keyData(handle);
      return data !== undefined && data.type !== 0 && verifySigned(core, this.#certificate, data.key);
    }
    /** Of certificates that came with their chain. */
    getIssuerCert(): X509Certificate | undefined {
      const [issuer, ...rest] = this.#issuers;
      return issuer === undefined ? undefined : new X509Certificate(issuer, rest);
    }
    toLegacy(): Record<string, unknown> {
      return legacyObject(this, this.#certificate, keyOf(this.#certificate));
    }
  }

  /** All properties are there, undefined where a certificate has nothing to say. */
  function legacyObject(handle: X509Certificate, certificate: Certificate, key: AsymmetricKey): Record<string, unknown> {
    const { modulus, exponent, pubkey, bits, asn1Curve, nistCurve } = keyFields(key);
    return {
      subject: nameObject(certificate.subject),
      issuer: nameObject(certificate.issuer),
      subjectaltname: handle.subjectAltName(),
      infoAccess: handle.infoAccess(),
      ca: handle.checkCA(),
      modulus,
      exponent,
      pubkey,
      bits,
      valid_from: handle.validFrom(),
      valid_to: handle.validTo(),
      fingerprint: handle.fingerprint(),
      fingerprint256: handle.fingerprint256(),
      fingerprint512: handle.fingerprint512(),
      ext_key_usage: handle.keyUsage(),
      serialNumber: handle.serialNumber(),
      raw: handle.raw(),
      asn1Curve,
      nistCurve,
    };
  }

  function keyFields(key: AsymmetricKey): Record<string, unknown> {
    if (key.type === 'rsa') {
      const { n, e } = key;
      const pubkey = environment.buffer(encodeSpki(key));
      return { modulus: n.toString(16).toUpperCase(), exponent: `0x${e.toString(16)}`, bits: bitLength(n), pubkey };
    }
    if (key.type !== 'ec') return {};
    const { curve, x, y } = key;
    const pubkey = environment.buffer(encodePoint(curve, x, y, UNCOMPRESSED));
    return { bits: bitLength(curve.n), pubkey, asn1Curve: curve.name, nistCurve: CURVE_NIST_NAMES[curve.name ?? ''] };
  }

  function parseX509(source: ArrayBufferView): X509Certificate {
    const bytes = viewBytes(source);
    const block = readPem(bytes).find(
      ({ label }) => label === 'CERTIFICATE' || label === 'X509 CERTIFICATE' || label === 'TRUSTED CERTIFICATE',
    );
    try {
      return new X509Certificate(readCertificate(block?.bytes ?? bytes));
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
      if (block === undefined) {
        throw hasBrokenPem(bytes) ? libraryError('pem', 'bad base64 decode', '00064') : libraryError('pem', 'no start line', '0006C');
      }
      throw asn1Error(error);
    }
  }

  return {
    parseX509,
    X509Certificate,
    certificates,
    fromDer: (bytes: Uint8Array) => new X509Certificate(readCertificate(bytes)),
    fromChain: (leaf: Certificate, issuers: readonly Certificate[]) => new X509Certificate(leaf, issuers),
  };
}

/** X509_check_ca as far as it is 1: basic constraints say so, and the key may sign certificates. */
export function isAuthority({ extensions }: Certificate): boolean {
  const constraints = extensions.get(BASIC_CONSTRAINTS);
  if (constraints === undefined) return false;
  const reader = DerReader.sequence(constraints.value);
  if (reader.optional(0x01)?.content[0] === undefined) return false;
  return canSignCertificates(extensions);
}

function canSignCertificates(extensions: Certificate['extensions']): boolean {
  const usage = extensions.get(KEY_USAGE);
  return usage === undefined || ((new DerReader(usage.value).bits()[0] ?? 0) & SIGN_CERTIFICATES) !== 0;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index]);

/** X509_check_issued: names, key identifiers, key usage. */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  if (!sameBytes(certificate.issuer.der, issuer.subject.der)) return false;
  const authority = certificate.extensions.get(AUTHORITY_KEY_ID);
  const subjectKey = issuer.extensions.get(SUBJECT_KEY_ID);
  if (authority !== undefined && subjectKey !== undefined) {
    const id = DerReader.sequence(authority.value).optional(0x80);
    if (id !== undefined && !sameBytes(id.content, new DerReader(subjectKey.value).octets())) return false;
  }
  return canSignCertificates(issuer.extensions);
}
