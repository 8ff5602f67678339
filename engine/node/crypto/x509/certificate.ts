/** The structure of X.509 certificates (RFC 5280). */
import { BOOLEAN, context, DerError, DerReader, OCTET_STRING, OBJECT_IDENTIFIER, readInteger, readOid } from '../asn1/der.ts';
import { decodeSpki } from '../keys/spki.ts';
import type { AsymmetricKey } from '../keys/types.ts';
import { type Name, readName } from './name.ts';

export interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

export interface Certificate {
  readonly raw: Uint8Array;
  /** What is signed. */
  readonly signed: Uint8Array;
  readonly version: number;
  readonly serial: bigint;
  readonly issuer: Name;
  readonly subject: Name;
  /** Milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: Uint8Array;
  readonly extensions: ReadonlyMap<string, Extension>;
  readonly signatureOid: string;
  readonly signatureParameters: Uint8Array;
  readonly signature: Uint8Array;
}

export const SUBJECT_ALT_NAME = '2.5.29.17';
export const BASIC_CONSTRAINTS = '2.5.29.19';
export const KEY_USAGE = '2.5.29.15';
export const EXTENDED_KEY_USAGE = '2.5.29.37';
export const SUBJECT_KEY_ID = '2.5.29.14';
export const AUTHORITY_KEY_ID = '2.5.29.35';
export const AUTHORITY_INFO_ACCESS = '1.3.6.1.5.5.7.1.1';

const decoder = new TextDecoder('latin1');

/** UTCTime or GeneralizedTime. */
export function readTime(reader: DerReader): number {
  const { tag, content } = reader.read();
  const text = decoder.decode(content.slice());
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (match === null || (tag !== 0x17 && tag !== 0x18)) throw new DerError('invalid object encoding');
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const full = tag === 0x17 ? (year < 50 ? 2000 + year : 1900 + year) : year;
  return Date.UTC(full, month - 1, day, hour, minute, second);
}

function readExtensions(reader: DerReader): Map<string, Extension> {
  const extensions = new Map<string, Extension>();
  const element = reader.optional(context(3));
  if (element === undefined) return extensions;
  const list = new DerReader(element.content).sequence();
  while (!list.done) {
    const each = list.sequence();
    const id = readOid(each.read(OBJECT_IDENTIFIER).content);
    const critical = each.optional(BOOLEAN);
    const value = each.read(OCTET_STRING).content;
    extensions.set(id, { critical: critical !== undefined && critical.content[0] !== 0, value });
  }
  return extensions;
}

export function readCertificate(bytes: Uint8Array): Certificate {
  const whole = DerReader.element(bytes, 0x30);
  const reader = new DerReader(whole.content);
  const toSign = reader.read(0x30);
  const algorithm = reader.sequence();
  const signatureOid = algorithm.oid();
  const signature = reader.bits();
  const body = new DerReader(toSign.content);
  const version = body.optional(context(0));
  const serial = readInteger(body.read(0x02));
  body.sequence();
  const issuer = readName(body.read(0x30));
  const validity = body.sequence();
  const [notBefore, notAfter] = [readTime(validity), readTime(validity)];
  const subject = readName(body.read(0x30));
  const publicKey = body.read(0x30).whole;
  body.optional(context(1, false));
  body.optional(context(2, false));
  return {
    raw: whole.whole.slice(),
    signed: toSign.whole,
    version: version === undefined ? 1 : Number(new DerReader(version.content).integer()) + 1,
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    extensions: readExtensions(body),
    signatureOid,
    signatureParameters: algorithm.rest,
    signature,
  };
}

/** The key that a certificate is for. */
export function decodeCertificateKey(bytes: Uint8Array): AsymmetricKey {
  return decodeSpki(readCertificate(bytes).publicKey);
}
