/** Parameters of RSASSA-PSS keys and signatures (RFC 4055, section 3.1). */
import { DIGEST_OIDS, digestByOid, MGF1 } from '../asn1/algorithms.ts';
import { context, der, type DerReader, DerError, DerReader as Reader, integer, nullValue, oid, sequence } from '../asn1/der.ts';
import type { PssParameters } from './types.ts';

/** Hashes that OpenSSL writes into parameters. */
const WRITTEN = /^sha(?:1|224|256|384|512|512-224|512-256)$/;

/** AlgorithmIdentifier of a hash. */
export function digestAlgorithm(name: string): Uint8Array {
  const id = DIGEST_OIDS[name];
  if (id === undefined || !WRITTEN.test(name)) throw new DerError('invalid object encoding');
  return sequence(oid(id), nullValue());
}

/** What equals a default is left out. */
export function encodePssParameters({ hash, mgf1Hash, saltLength }: PssParameters): Uint8Array {
  const parts: Uint8Array[] = [];
  if (hash !== 'sha1') parts.push(der(context(0), digestAlgorithm(hash)));
  if (mgf1Hash !== 'sha1') parts.push(der(context(1), sequence(oid(MGF1), digestAlgorithm(mgf1Hash))));
  if (saltLength !== 20) parts.push(der(context(2), integer(saltLength)));
  return sequence(...parts);
}

/** @param reader inside the sequence */
export function readPssParameters(reader: DerReader): PssParameters {
  const inner = (tag: number): DerReader | undefined => {
    const element = reader.optional(context(tag));
    return element === undefined ? undefined : new Reader(element.content);
  };
  const hashName = (sequenceReader: DerReader): string => {
    const name = digestByOid(sequenceReader.oid());
    if (name === undefined) throw new DerError('invalid object encoding');
    return name;
  };
  const hash = inner(0)?.sequence();
  const mask = inner(1)?.sequence();
  mask?.oid();
  const salt = inner(2);
  return {
    hash: hash === undefined ? 'sha1' : hashName(hash),
    mgf1Hash: mask === undefined ? 'sha1' : hashName(mask.sequence()),
    saltLength: salt === undefined ? 20 : Number(salt.integer()),
  };
}
