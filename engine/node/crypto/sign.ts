/** Signatures: the classes behind `createSign` and `createVerify`, and the jobs behind `sign`, `verify` and WebCrypto. Stands for src/crypto/crypto_sig.cc. */
import { DerError, DerReader, integer, sequence } from './asn1/der.ts';
import { concatBytes, type Encodable, toBytes, viewBytes } from './bytes.ts';
import type { CryptoCore } from './core.ts';
import type { Digest, DigestAlgorithm } from './digest.ts';
import { signDsa, verifyDsa } from './dsa.ts';
import { type SignaturePair, signEcdsa, verifyEcdsa } from './ec/ecdsa.ts';
import { libraryError } from './errors.ts';
import type { KeyReader } from './keys/import.ts';
import { type KeyArguments } from './keys/import.ts';
import { signOkp, verifyOkp } from './keys/okp.ts';
import { isPq, pqAlgorithm, signPq, verifyPq } from './keys/post-quantum.ts';
import type { AsymmetricKey, OkpKey, PqKey } from './keys/types.ts';
import { bigIntBytes, bytesToBigInt, bitLength } from './math/integers.ts';
import { unsupportedDigest } from './openssl-error.ts';
import { type RsaSignOptions, signRsa, verifyRsa } from './rsa/signature.ts';

type Source = ArrayBufferView | ArrayBuffer;

/** kSigEncP1363 */
const P1363 = 1;

const unsupportedKeyType = (): Error => libraryError('evp', 'operation not supported for this keytype', '00096');

/** Bytes of each half of a signature in IEEE P1363 form; undefined for keys without such a form. */
function halfSize(key: AsymmetricKey): number | undefined {
  const order = key.type === 'ec' ? key.curve.n : key.type === 'dsa' ? key.q : undefined;
  return order === undefined ? undefined : Math.ceil(bitLength(order) / 8);
}

function encodePair({ r, s }: SignaturePair, key: AsymmetricKey, encoding: unknown): Uint8Array {
  const size = halfSize(key) ?? 0;
  return encoding === P1363 ? concatBytes(bigIntBytes(r, size), bigIntBytes(s, size)) : sequence(integer(r), integer(s));
}

/** Undefined for what is malformed. */
function decodePair(signature: Uint8Array): SignaturePair | undefined {
  try {
    const whole = new DerReader(signature);
    const reader = whole.sequence();
    const pair = { r: reader.integer(), s: reader.integer() };
    return whole.done && reader.done ? pair : undefined;
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** Both halves side by side to DER; undefined when the length is wrong. Other keys' signatures stay as they are. */
function fromP1363(signature: Uint8Array, key: AsymmetricKey): Uint8Array | undefined {
  const size = halfSize(key);
  if (size === undefined) return signature;
  if (signature.length !== 2 * size) return undefined;
  return sequence(integer(bytesToBigInt(signature.subarray(0, size))), integer(bytesToBigInt(signature.subarray(size))));
}

interface Options extends RsaSignOptions {
  readonly encoding: unknown;
}

const DSA_DIGESTS = /^(?:sha1|sha(?:224|256|384|512)|sha512-(?:224|256)|sha3-\d+)$/;

function checkDigest(key: AsymmetricKey, digest: DigestAlgorithm): void {
  if (key.type === 'ec' && digest.extendable) throw libraryError('provider', 'invalid digest', '0007A');
  if (key.type === 'dsa' && !DSA_DIGESTS.test(digest.name)) throw libraryError('provider', 'digest not allowed', '000AE');
}

function signHash(core: CryptoCore, key: AsymmetricKey, hash: Uint8Array, options: Options): Uint8Array {
  checkDigest(key, options.digest);
  switch (key.type) {
    case 'rsa':
    case 'rsa-pss':
      return signRsa(core, key, hash, options);
    case 'ec':
      return encodePair(signEcdsa(hash, key, core.randomBytes), key, options.encoding);
    case 'dsa':
      return encodePair(signDsa(hash, key, core.randomBytes), key, options.encoding);
    default:
      throw unsupportedKeyType();
  }
}

/** @param signature in DER for keys that have it */
function verifyHash(core: CryptoCore, key: AsymmetricKey, hash: Uint8Array, signature: Uint8Array, options: RsaSignOptions): boolean {
  checkDigest(key, options.digest);
  if (key.type === 'rsa' || key.type === 'rsa-pss') return verifyRsa(core, key, hash, signature, options);
  if (key.type !== 'ec' && key.type !== 'dsa') throw unsupportedKeyType();
  const pair = decodePair(signature);
  if (pair === undefined) return false;
  return key.type === 'ec' ? verifyEcdsa(hash, pair, key) : verifyDsa(hash, pair, key);
}

const isPqSigner = (key: AsymmetricKey): key is PqKey => isPq(key.type) && pqAlgorithm(key.type).signer !== undefined;
/** Signs messages, not their hashes. */
const isOneShot = (key: AsymmetricKey): boolean => isEdwards(key) || isPqSigner(key);

const isEdwards = (key: AsymmetricKey): key is OkpKey => key.type === 'ed25519' || key.type === 'ed448';

/** The digest that OpenSSL takes when none is named. */
function defaultDigest(key: AsymmetricKey): string {
  return key.type === 'rsa-pss' ? (key.pss?.hash ?? 'sha256') : 'sha256';
}

function hashOf(digest: DigestAlgorithm, data: Uint8Array): Uint8Array {
  const computation = digest.create();
  computation.update(data);
  return computation.finish();
}

export interface SignRequest {
  readonly key: AsymmetricKey;
  readonly data: Uint8Array;
  readonly digest: DigestAlgorithm | undefined;
  readonly padding: number | undefined;
  readonly saltLength: number | undefined;
  readonly encoding: unknown;
  readonly context: Uint8Array | undefined;
}

function checkContext(core: CryptoCore, { key, context }: SignRequest): Uint8Array | undefined {
  if (context === undefined || context.length === 0) return undefined;
  if (isOneShot(key)) return context;
  throw core.environment.codedError('Error', 'ERR_CRYPTO_OPERATION_FAILED', 'Context parameter is unsupported');
}

function optionsOf(core: CryptoCore, request: SignRequest): Options {
  const digest = request.digest ?? core.findDigest(defaultDigest(request.key));
  if (digest === undefined || digest === 'legacy') throw unsupportedDigest();
  return { digest, padding: request.padding, saltLength: request.saltLength, encoding: request.encoding, oneShot: true };
}

export function signMessage(core: CryptoCore, request: SignRequest): Uint8Array {
  const { key, data, digest } = request;
  const context = checkContext(core, request);
  if (isEdwards(key)) {
    if (digest !== undefined) throw libraryError('provider', 'invalid digest', '0007A');
    return signOkp(key.type, data, key.private ?? new Uint8Array(0), context);
  }
  if (isPqSigner(key)) {
    if (digest !== undefined) throw libraryError('provider', 'invalid digest', '0007A');
    return signPq(key, data, context) ?? new Uint8Array(0);
  }
  const options = optionsOf(core, request);
  return signHash(core, key, hashOf(options.digest, data), options);
}

/** @param signature in DER for keys that have it; undefined: malformed */
export function verifyMessage(core: CryptoCore, request: SignRequest, signature: Uint8Array | undefined): boolean {
  const { key, data, digest } = request;
  const context = checkContext(core, request);
  if (isEdwards(key)) {
    if (digest !== undefined) throw libraryError('provider', 'invalid digest', '0007A');
    return signature !== undefined && verifyOkp(key.type, signature, data, key.public, context);
  }
  if (isPqSigner(key)) {
    if (digest !== undefined) throw libraryError('provider', 'invalid digest', '0007A');
    return signature !== undefined && verifyPq(key, data, signature, context);
  }
  const options = optionsOf(core, request);
  return verifyHash(core, key, hashOf(options.digest, data), signature ?? new Uint8Array(0), options);
}

const optionalInt = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const SIGN = 0;
const LONGEST_CONTEXT = 255;

/** SignJob's arguments behind the mode: `[sign or verify, key ×5, data, digest, salt length, padding, encoding, context, signature]`. */
export function configureSignJob(core: CryptoCore, reader: KeyReader, args: readonly unknown[]): () => unknown {
  const { environment } = core;
  const signing = args[0] === SIGN;
  const keyArguments = args.slice(1, 6) as unknown as KeyArguments;
  const key = signing ? reader.readPrivate(keyArguments) : reader.readAny(keyArguments);
  const [data, digestName, saltLength, padding, encoding, context, signature] = args.slice(6);
  let digest: DigestAlgorithm | undefined;
  if (typeof digestName === 'string') {
    const found = core.findDigest(digestName);
    if (found === 'legacy') throw unsupportedDigest();
    if (found === undefined) throw environment.codedError('TypeError', 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${digestName}`);
    digest = found;
  }
  const contextBytes = context === undefined ? undefined : viewBytes(context as Source).slice();
  if ((contextBytes?.length ?? 0) > LONGEST_CONTEXT) {
    throw environment.codedError('RangeError', 'ERR_OUT_OF_RANGE', 'context string must be at most 255 bytes');
  }
  const request: SignRequest = {
    key,
    data: viewBytes(data as Source).slice(),
    digest,
    padding: optionalInt(padding),
    saltLength: optionalInt(saltLength),
    encoding,
    context: contextBytes,
  };
  if (signing) return () => signMessage(core, request).slice().buffer;
  const given = viewBytes(signature as Source).slice();
  return () => verifyMessage(core, request, encoding === P1363 ? fromP1363(given, key) : given);
}

export function createSignClasses(core: CryptoCore, reader: KeyReader) {
  const { environment } = core;
  const notInitialised = (): Error => environment.codedError('Error', 'ERR_CRYPTO_INVALID_STATE', 'Not initialised');

  class SignBase {
    #algorithm: DigestAlgorithm | undefined;
    #digest: Digest | undefined;

    init(name: string): void {
      // An old name of SHA-1 for DSA.
      const algorithm = core.findDigest(name === 'dss1' || name === 'DSS1' ? 'sha1' : name);
      if (algorithm === 'legacy') {
        const error = unsupportedDigest() as Error & { opensslErrorStack?: string[] };
        error.opensslErrorStack = ['error:03000086:digital envelope routines::initialization error'];
        throw error;
      }
      if (algorithm === undefined) throw environment.codedError('TypeError', 'ERR_CRYPTO_INVALID_DIGEST', 'Invalid digest');
      this.#algorithm = algorithm;
      this.#digest = algorithm.create();
    }

    update(data: Encodable, encoding?: string): void {
      if (this.#digest === undefined) throw notInitialised();
      this.#digest.update(toBytes(environment, data, encoding));
    }

    /** The hash of all that was written; once. */
    finishHash(): { algorithm: DigestAlgorithm; hash: Uint8Array } {
      const [algorithm, digest] = [this.#algorithm, this.#digest];
      if (algorithm === undefined || digest === undefined) throw notInitialised();
      this.#digest = undefined;
      return { algorithm, hash: digest.finish() };
    }
  }

  const refuseOneShot = (key: AsymmetricKey): void => {
    if (isOneShot(key)) throw environment.codedError('Error', 'ERR_CRYPTO_UNSUPPORTED_OPERATION', 'Unsupported crypto operation');
  };
  /** The length of an extendable output is not known to EVP_PKEY_sign. */
  const refuseExtendable = (algorithm: DigestAlgorithm): void => {
    if (algorithm.extendable) throw libraryError('crypto', 'malloc failure', 'C0100');
  };

  class Sign extends SignBase {
    sign(...args: readonly unknown[]): Uint8Array {
      const key = reader.readPrivate(args as unknown as KeyArguments);
      refuseOneShot(key);
      const [padding, saltLength, encoding] = args.slice(5);
      const { algorithm, hash } = this.finishHash();
      refuseExtendable(algorithm);
      const options = { digest: algorithm, padding: optionalInt(padding), saltLength: optionalInt(saltLength), encoding };
      return environment.buffer(signHash(core, key, hash, options));
    }
  }

  class Verify extends SignBase {
    verify(...args: readonly unknown[]): boolean {
      const key = reader.readAny(args as unknown as KeyArguments);
      refuseOneShot(key);
      const [signature, padding, saltLength, encoding] = args.slice(5);
      const given = viewBytes(signature as Source);
      const bytes = encoding === P1363 ? fromP1363(given, key) : given;
      if (bytes === undefined) throw environment.codedError('Error', 'ERR_CRYPTO_OPERATION_FAILED', 'Malformed signature');
      const { algorithm, hash } = this.finishHash();
      if (key.type !== 'rsa' && key.type !== 'rsa-pss' && key.type !== 'ec' && key.type !== 'dsa') throw unsupportedKeyType();
      const options = { digest: algorithm, padding: optionalInt(padding), saltLength: optionalInt(saltLength) };
      try {
        return verifyHash(core, key, hash, bytes, options);
      } catch {
        // Options that do not go with the key: OpenSSL's error stays in its queue.
        return false;
      }
    }
  }

  return { Sign, Verify };
}
