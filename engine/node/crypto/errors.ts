/** Errors of the asymmetric part, as OpenSSL and Node's C++ word them. */
import type { Environment } from '../environment.ts';
import type { DerError } from './asn1/der.ts';
import { type DerProblem } from './asn1/der.ts';
import { openSslError } from './openssl-error.ts';

/** Library names by the number that begins a code (ERR_LIB_*). */
interface Known {
  readonly number: string;
  readonly library: string;
  readonly prefix: string;
}

const LIBRARIES = {
  decoder: { number: '1E0', library: 'DECODER routines', prefix: '' },
  asn1: { number: '068', library: 'asn1 encoding routines', prefix: 'ASN1_' },
  provider: { number: '1C8', library: 'Provider routines', prefix: '' },
  rsa: { number: '020', library: 'rsa routines', prefix: 'RSA_' },
  evp: { number: '030', library: 'digital envelope routines', prefix: 'EVP_' },
  dh: { number: '028', library: 'Diffie-Hellman routines', prefix: 'DH_' },
  dsa: { number: '050', library: 'dsa routines', prefix: 'DSA_' },
  ec: { number: '080', library: 'elliptic curve routines', prefix: 'EC_' },
  pem: { number: '048', library: 'PEM routines', prefix: 'PEM_' },
  crypto: { number: '078', library: 'common libcrypto routines', prefix: 'CRYPTO_' },
  bn: { number: '018', library: 'bignum routines', prefix: 'BN_' },
} as const satisfies Record<string, Known>;

/** The text of an entry of OpenSSL's error queue. */
export function errorText(library: keyof typeof LIBRARIES, reason: string, code: string): string {
  const { number, library: name } = LIBRARIES[library];
  return `error:${number}${code}:${name}::${reason}`;
}

/**
 * @param code the reason's five hexadecimal digits
 * @param stack other entries of the queue; true: this one alone
 */
export function libraryError(library: keyof typeof LIBRARIES, reason: string, code: string, stack?: readonly string[] | true): Error {
  const { number, library: name, prefix } = LIBRARIES[library];
  const full = `${number}${code}`;
  return openSslError({
    number: full,
    library: name,
    reason,
    code: `ERR_OSSL_${prefix}${reason.toUpperCase().replaceAll(/[ -]/g, '_')}`,
    ...(stack === undefined ? {} : { stack: stack === true ? [`error:${full}:${name}::${reason}`] : stack }),
  });
}

/** The errors of jobs carry the text alone (CryptoErrorStore::ToException). */
export function jobError(library: keyof typeof LIBRARIES, reason: string, code: string, stack?: readonly string[]): Error {
  const error = new Error(errorText(library, reason, code));
  return stack === undefined ? error : Object.assign(error, { opensslErrorStack: [...stack] });
}

export const unsupportedKey = (): Error => libraryError('decoder', 'unsupported', '8010C', true);

const DER_CODES: Readonly<Record<DerProblem, string>> = {
  'wrong tag': '000A8',
  'too small': '000E0',
  'too long': '0009B',
  'field missing': '00079',
  'not enough data': '0008E',
  'invalid object encoding': '000D8',
  'bad object header': '00066',
};

/** What OpenSSL says of DER that does not fit. */
export function asn1Error(error: DerError, stack?: readonly string[]): Error {
  return libraryError('asn1', error.problem, DER_CODES[error.problem], stack ?? true);
}

export function asn1Text(error: DerError): string {
  return errorText('asn1', error.problem, DER_CODES[error.problem]);
}

/** `Passphrase required for encrypted key`. */
export function missingPassphrase(environment: Environment): Error {
  return environment.codedError('TypeError', 'ERR_MISSING_PASSPHRASE', 'Passphrase required for encrypted key');
}

/** OpenSSL's own words where a PEM key asked for a passphrase and got none. */
export function interrupted(withProvider: boolean): Error {
  const text = errorText('crypto', 'interrupted or cancelled', '80109');
  const provider = withProvider ? [errorText('provider', 'unable to get passphrase', '0009F')] : [];
  const stack = [errorText('pem', 'bad password read', '00068'), text, ...provider, ...(withProvider ? [text] : []), text];
  return libraryError('crypto', 'interrupted or cancelled', '80109', stack);
}
