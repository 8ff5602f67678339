/** Signatures of certificates and of signed public keys (RFC 5280, section 4.1.1.3). */
import { SIGNATURE_ALGORITHMS } from '../asn1/algorithms.ts';
import { DerReader } from '../asn1/der.ts';
import type { CryptoCore } from '../core.ts';
import { readPssParameters } from '../keys/pss.ts';
import type { AsymmetricKey } from '../keys/types.ts';
import { PSS_PADDING } from '../rsa/signature.ts';
import { verifyMessage } from '../sign.ts';

export interface Signed {
  readonly signed: Uint8Array;
  readonly signatureOid: string;
  /** What follows the algorithm's identifier. */
  readonly signatureParameters: Uint8Array;
  readonly signature: Uint8Array;
}

export function verifySigned(
  core: CryptoCore,
  { signed, signatureOid, signatureParameters, signature }: Signed,
  key: AsymmetricKey,
): boolean {
  const algorithm = SIGNATURE_ALGORITHMS[signatureOid];
  if (algorithm === undefined) return false;
  const fits = algorithm.key === key.type || (algorithm.key === 'rsa-pss' && key.type === 'rsa');
  if (!fits) return false;
  const pss = algorithm.key === 'rsa-pss' ? readPssParameters(DerReader.sequence(signatureParameters)) : undefined;
  const digest = algorithm.digest ?? pss?.hash;
  const found = digest === undefined ? undefined : core.findDigest(digest);
  if (found === 'legacy') return false;
  const request = {
    key,
    data: signed,
    digest: found,
    padding: pss === undefined ? undefined : PSS_PADDING,
    saltLength: pss?.saltLength,
    encoding: undefined,
    context: undefined,
  };
  try {
    return verifyMessage(core, request, signature);
  } catch {
    return false;
  }
}
