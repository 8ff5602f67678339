/** Parameters of Diffie-Hellman in TLS 1.2: from PEM (PKCS #3), or chosen by the strength of the certificate's key (SSL_CTX_set_dh_auto). */
import { DerError, DerReader } from '../crypto/asn1/der.ts';
import { readPem } from '../crypto/asn1/pem.ts';
import { GENERATOR, groupPrime } from '../crypto/dh/groups.ts';

export interface DhParameters {
  readonly p: bigint;
  readonly g: bigint;
}

/** Undefined for what is no such PEM. */
export function readDhParameters(pem: Uint8Array): DhParameters | undefined {
  const block = readPem(pem).find(({ label }) => label === 'DH PARAMETERS');
  if (block === undefined) return undefined;
  try {
    const reader = DerReader.sequence(block.bytes);
    return { p: reader.integer(), g: reader.integer() };
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** RFC 3526's groups, by the bits of an RSA key. */
export function dhByBits(bits: number): DhParameters {
  const name = bits >= 15_360 ? 'modp18' : bits >= 7680 ? 'modp18' : bits >= 3072 ? 'modp15' : 'modp14';
  const p = groupPrime(name);
  if (p === undefined) throw new TypeError(`No group ${name}`);
  return { p, g: GENERATOR };
}
