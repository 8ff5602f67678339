/** Errors in the shape that Node's C++ gives those of OpenSSL (src/crypto/crypto_util.cc, `Decorate`). */

export interface OpenSslErrorParts {
  /** Eight hex digits. */
  readonly number: string;
  readonly library: string;
  readonly reason: string;
  /** `ERR_OSSL_…`. */
  readonly code: string;
  /** Earlier entries of the error queue. */
  readonly stack?: readonly string[];
}

export function openSslError(parts: OpenSslErrorParts): Error {
  const error = new Error(`error:${parts.number}:${parts.library}::${parts.reason}`);
  const { library, reason, code } = parts;
  return Object.assign(error, parts.stack === undefined ? {} : { opensslErrorStack: [...parts.stack] }, { library, reason, code });
}

/** An algorithm that OpenSSL 3 knows but keeps in its legacy provider. */
export function unsupportedDigest(): Error {
  return openSslError({
    number: '0308010C',
    library: 'digital envelope routines',
    reason: 'unsupported',
    code: 'ERR_OSSL_EVP_UNSUPPORTED',
    stack: ['error:03000086:digital envelope routines::initialization error', 'error:0308010C:digital envelope routines::unsupported'],
  });
}

export function notXof(): Error {
  return openSslError({
    number: '030000B2',
    library: 'digital envelope routines',
    reason: 'not XOF or invalid length',
    code: 'ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH',
  });
}
