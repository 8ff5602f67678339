/** Reading keys as `KeyObjectHandle.init` and all functions that take keys get them. Stands for KeyObjectData::Get*KeyFromJs and EVPKeyPointer::TryParse*. */
import { DerError, DerReader } from '../asn1/der.ts';
import { type PemBlock, readPem } from '../asn1/pem.ts';
import { type Encodable, toBytes, viewBytes } from '../bytes.ts';
import { type CryptoCore, KEY_SECRET } from '../core.ts';
import { asn1Error, asn1Text, errorText, interrupted, libraryError, missingPassphrase, unsupportedKey } from '../errors.ts';
import { decodeCertificateKey } from '../x509/certificate.ts';
import { badDecrypt, decryptPem, decryptPkcs8, isBadDecrypt, isEncryptedPem } from './encryption.ts';
import { importJwk } from './jwk.ts';
import { decodePkcs1Private, decodePkcs8, decodeSec1 } from './pkcs8.ts';
import { importRaw } from './raw.ts';
import { decodePkcs1Public, decodeSpki, UnknownAlgorithmError } from './spki.ts';
import { type AsymmetricKey, hasPrivate } from './types.ts';
import { NotImplementedError } from '../../dump.ts';

export const FORMAT_DER = 0;
export const FORMAT_PEM = 1;
export const FORMAT_JWK = 2;
export const FORMAT_RAW_PUBLIC = 3;
export const FORMAT_RAW_PRIVATE = 4;
export const FORMAT_RAW_SEED = 5;
export const FORMAT_STORE = 6;

export const PKCS1 = 0;
export const PKCS8 = 1;
export const SPKI = 2;
export const SEC1 = 3;

/** OpenSSL's own buffer for passphrases. */
const LONGEST_PASSPHRASE = 1024;

/** The five arguments by which Node's library passes a key. */
export type KeyArguments = readonly [data: unknown, format: unknown, type: unknown, passphrase: unknown, namedCurve: unknown];

type Source = ArrayBufferView | ArrayBuffer;

export class KeyReader {
  readonly #core: CryptoCore;

  constructor(core: CryptoCore) {
    this.#core = core;
  }

  /** GetPrivateKeyFromJs. */
  readPrivate(args: KeyArguments): AsymmetricKey {
    const known = this.#ofHandle(args[0]);
    if (known !== undefined) return known;
    const [data, format, type, passphrase] = args;
    if (format === FORMAT_JWK) return importJwk(this.#core, data as Record<string, unknown>, true);
    if (format === FORMAT_RAW_PRIVATE || format === FORMAT_RAW_SEED) return importRaw(this.#core, args, true);
    if (format === FORMAT_STORE) throw new NotImplementedError('crypto: private keys from a URL');
    return this.#parsePrivate(bytesOf(this.#core, data), format, type, passwordOf(passphrase));
  }

  /** GetPublicOrPrivateKeyFromJs. */
  readAny(args: KeyArguments): AsymmetricKey {
    const known = this.#ofHandle(args[0]);
    if (known !== undefined) return known;
    const [data, format, type, passphrase] = args;
    if (format === FORMAT_JWK) return importJwk(this.#core, data as Record<string, unknown>, false);
    if (format === FORMAT_RAW_PUBLIC) return importRaw(this.#core, args, false);
    if (format === FORMAT_RAW_PRIVATE || format === FORMAT_RAW_SEED) return importRaw(this.#core, args, true);
    const bytes = bytesOf(this.#core, data);
    const password = passwordOf(passphrase);
    if (format === FORMAT_PEM) return parsePublicPem(bytes) ?? this.#parsePrivate(bytes, format, type, password);
    if (type === SPKI || (type === PKCS1 && !looksLikePrivateRsa(bytes))) return parsePublicDer(bytes, type);
    return this.#parsePrivate(bytes, format, type, password);
  }

  #ofHandle(handle: unknown): AsymmetricKey | undefined {
    const data = this.#core.keyData(handle);
    return data === undefined || data.type === KEY_SECRET ? undefined : data.key;
  }

  #parsePrivate(bytes: Uint8Array, format: unknown, type: unknown, passphrase: Uint8Array | undefined): AsymmetricKey {
    try {
      return format === FORMAT_PEM ? this.#privatePem(bytes, passphrase) : this.#privateDer(bytes, type, passphrase);
    } catch (error) {
      if (error instanceof UnknownAlgorithmError) throw unsupportedKey();
      if (!(error instanceof DerError)) throw error;
      if (format === FORMAT_DER && type === PKCS8) {
        // An empty input leaves nothing in OpenSSL's queue.
        // What is cut short is so for the reader of a stream.
        const problem = error.problem === 'too long' ? new DerError('not enough data') : error;
        throw bytes.length === 0 ? new Error('Failed to read private key') : asn1Error(problem);
      }
      if (format === FORMAT_DER && bytes.length === 0) throw new Error('Failed to read private key', { cause: error });
      throw libraryError('decoder', 'unsupported', '8010C', [asn1Text(error), errorText('decoder', 'unsupported', '8010C')]);
    }
  }

  #privatePem(bytes: Uint8Array, passphrase: Uint8Array | undefined): AsymmetricKey {
    const block = readPem(bytes).find(({ label }) => PRIVATE_LABELS.has(label));
    if (block === undefined) throw unsupportedKey();
    const content = this.#openPem(block, passphrase);
    return decodeLabelled(block.label, content);
  }

  #openPem(block: PemBlock, passphrase: Uint8Array | undefined): Uint8Array {
    const wrapped = block.label === 'ENCRYPTED PRIVATE KEY';
    if (!wrapped && !isEncryptedPem(block)) return block.bytes;
    if (passphrase === undefined || passphrase.length > LONGEST_PASSPHRASE) throw interrupted(wrapped);
    try {
      return wrapped ? decryptPkcs8(this.#core, block.bytes, passphrase) : decryptPem(this.#core, block, passphrase);
    } catch (error) {
      throw isBadDecrypt(error) ? badDecrypt(wrapped ? 'pkcs8-pem' : 'pem') : error;
    }
  }

  #privateDer(bytes: Uint8Array, type: unknown, passphrase: Uint8Array | undefined): AsymmetricKey {
    if (type === PKCS1) return decodePkcs1Private(bytes);
    if (type === SEC1) return decodeSec1(bytes);
    if (DerReader.sequence(bytes).tag === 0x02) return decodePkcs8(bytes);
    // What does not begin with a version is encrypted.
    if (passphrase === undefined) throw missingPassphrase(this.#core.environment);
    try {
      return decodePkcs8(decryptPkcs8(this.#core, bytes, passphrase));
    } catch (error) {
      throw isBadDecrypt(error) ? badDecrypt('pkcs8') : error;
    }
  }
}

const PRIVATE_LABELS = new Set(['PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY']);

type Decode = (content: Uint8Array) => AsymmetricKey;

const DECODERS: Readonly<Record<string, Decode>> = {
  'RSA PRIVATE KEY': (content) => decodePkcs1Private(content),
  'EC PRIVATE KEY': (content) => decodeSec1(content),
  'DSA PRIVATE KEY': decodeDsaPrivate,
};

/** OpenSSL also finds the other forms behind a label; what is wrong is said of the label's own. */
function decodeLabelled(label: string, content: Uint8Array): AsymmetricKey {
  const own = DECODERS[label] ?? decodePkcs8;
  try {
    return own(content);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    for (const decode of [decodePkcs8, ...Object.values(DECODERS)]) {
      try {
        return decode(content);
      } catch (other) {
        if (!(other instanceof DerError)) throw other;
      }
    }
    throw error;
  }
}

function bytesOf(core: CryptoCore, data: unknown): Uint8Array {
  return toBytes(core.environment, data as Encodable);
}

function passwordOf(passphrase: unknown): Uint8Array | undefined {
  return passphrase === undefined || passphrase === null ? undefined : viewBytes(passphrase as Source);
}

/** OpenSSL's own form: version, p, q, g, y, x. */
function decodeDsaPrivate(bytes: Uint8Array): AsymmetricKey {
  const reader = DerReader.sequence(bytes);
  reader.integer();
  const [p = 0n, q = 0n, g = 0n, y = 0n, x = 0n] = Array.from({ length: 5 }, () => reader.integer());
  return { type: 'dsa', p, q, g, y, x };
}

/** Undefined where no block is of a public key. */
function parsePublicPem(bytes: Uint8Array): AsymmetricKey | undefined {
  const blocks = readPem(bytes);
  for (const [label, decode] of PUBLIC_LABELS) {
    const block = blocks.find((each) => each.label === label);
    if (block === undefined) continue;
    try {
      return decode(block.bytes);
    } catch (error) {
      if (error instanceof UnknownAlgorithmError) throw unsupportedKey();
      throw error instanceof DerError ? asn1Error(error, [errorText('decoder', 'unsupported', '8010C'), asn1Text(error)]) : error;
    }
  }
  return undefined;
}

const PUBLIC_LABELS: readonly (readonly [string, (bytes: Uint8Array) => AsymmetricKey])[] = [
  ['PUBLIC KEY', decodeSpki],
  ['RSA PUBLIC KEY', (bytes) => decodePkcs1Public(bytes)],
  ['CERTIFICATE', decodeCertificateKey],
];

function parsePublicDer(bytes: Uint8Array, type: unknown): AsymmetricKey {
  try {
    return type === SPKI ? decodeSpki(bytes) : decodePkcs1Public(bytes);
  } catch (error) {
    if (error instanceof UnknownAlgorithmError) throw unsupportedKey();
    if (!(error instanceof DerError)) throw error;
    throw Object.assign(new Error('Failed to read asymmetric key'), { opensslErrorStack: [asn1Text(error)] });
  }
}

/** RSAPrivateKey begins with a version of 0 or 1, RSAPublicKey with the modulus. */
function looksLikePrivateRsa(bytes: Uint8Array): boolean {
  try {
    const content = DerReader.element(bytes, 0x30).content;
    return content[0] === 0x02 && content[1] === 1 && ((content[2] ?? 0xff) & 0xfe) === 0;
  } catch {
    return false;
  }
}

/** Whether a key can be used as a private one. */
export { hasPrivate };
