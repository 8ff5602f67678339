/** Certificates in handshakes: choosing one's own, reading the other side's. */
import type { AsymmetricKey } from '../crypto/keys/types.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import type { Certificate } from '../crypto/x509/certificate.ts';
import type { TlsConnection } from './connection.ts';
import { TlsFailure } from './errors.ts';
import { ALERT } from './protocol.ts';
import type { Credential } from './settings.ts';
import { isTooLarge } from './trust.ts';
import { fitsKey, olderScheme, type SignatureScheme } from './signature-schemes.ts';
import { vector24, WireReader } from './wire.ts';

/** Certificates of a chain that are taken (OpenSSL's limit is on bytes and depth). */
const MOST_CERTIFICATES = 100;

export interface Choice {
  readonly credential: Credential;
  readonly key: AsymmetricKey;
  readonly scheme: SignatureScheme;
}

/**
 * The first scheme of those shared that one of the credentials has the key for.
 * @param accepts what else a credential must be for
 */
export function chooseCredential(
  credentials: readonly Credential[],
  shared: readonly SignatureScheme[],
  is13: boolean,
  accepts: (key: AsymmetricKey) => boolean = () => true,
): Choice | undefined {
  for (const scheme of shared) {
    for (const credential of credentials) {
      const { key } = credential;
      if (key !== undefined && accepts(key) && fitsKey(scheme, key, is13)) return { credential, key, scheme };
    }
  }
  return undefined;
}

/** Before 1.2, where the key alone says how it signs. */
export function olderChoice(credentials: readonly Credential[], accepts: (key: AsymmetricKey) => boolean): Choice | undefined {
  for (const credential of credentials) {
    const { key } = credential;
    const scheme = key === undefined ? undefined : olderScheme(key);
    if (key !== undefined && scheme !== undefined && accepts(key)) return { credential, key, scheme };
  }
  return undefined;
}

/** Of both sides' lists, in the order of one's own. */
export function sharedSchemes(own: readonly SignatureScheme[], theirs: readonly number[]): SignatureScheme[] {
  return own.filter((each) => theirs.includes(each.id));
}

export function writeChain12({ certificate, issuers }: Credential): Uint8Array {
  return vector24(...[certificate, ...issuers].map(({ raw }) => vector24(raw)));
}

export function readCertificates(primitives: TlsPrimitives, list: readonly Uint8Array[]): Certificate[] {
  if (list.length > MOST_CERTIFICATES) throw new TlsFailure(ALERT.badCertificate, 'path too long');
  return list.map((raw) => {
    try {
      return primitives.readCertificate(raw.slice());
    } catch {
      // DER that cannot be read, whatever is wrong with it.
      throw new TlsFailure(ALERT.badCertificate, 'bad data');
    }
  });
}

export function readChain12(primitives: TlsPrimitives, body: Uint8Array): Certificate[] {
  const reader = new WireReader(body);
  const list = reader.sub(3);
  reader.end();
  const raw: Uint8Array[] = [];
  while (list.left > 0) raw.push(list.vector(3, 1));
  return readCertificates(primitives, raw);
}

/** The key of the other side's certificate. */
export function peerKey(primitives: TlsPrimitives, certificate: Certificate): AsymmetricKey {
  let key: AsymmetricKey;
  try {
    key = primitives.decodeSpki(certificate.publicKey);
  } catch {
    throw new TlsFailure(ALERT.unsupportedCertificate, 'unknown certificate type');
  }
  if (isTooLarge(key)) throw new TlsFailure(ALERT.badCertificate, 'bad data');
  return key;
}

/** Remembers the chain and what is thought of it: the handshake goes on either way, as Node wants it. */
export function acceptChain(connection: TlsConnection, chain: readonly Certificate[]): void {
  connection.peerChain = chain;
  connection.verifyCode = connection.settings.verify(chain, connection.role === 'client' ? 'server' : 'client');
}
