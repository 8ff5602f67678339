/** The structure of X.509 certificates (RFC 5280). */
import { BOOLEAN, context, DerReader, OCTET_STRING, OBJECT_IDENTIFIER, readInteger, readOid } from '../asn1/der.ts';
import { decodeSpki } from '../keys/spki.ts';
import type { AsymmetricKey } from '../keys/types.ts';
import { readTime } from './fields.ts';
import { type Name, readName } from './name.ts';

export * from './fields.ts';

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
