/** Private keys under a passphrase: PKCS #5's PBES2 (RFC 8018) and the older PEM headers (OpenSSL's PEM_do_header). */
import type { CryptoCore } from '../core.ts';
import { DerError, DerReader, integer, nullValue, octetString, oid, sequence } from '../asn1/der.ts';
import type { PemBlock } from '../asn1/pem.ts';
import { blockProblem, type CipherMode } from '../aes-mode.ts';
import type { CipherInfo } from '../cipher-table.ts';
import type { DigestAlgorithm } from '../digest.ts';
import { concatBytes } from '../bytes.ts';
import { errorText, libraryError } from '../errors.ts';
import { NotImplementedError } from '../../dump.ts';

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';

const HMACS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const HMAC_SHA256 = '1.2.840.113549.2.9';

const CIPHER_OIDS: Readonly<Record<string, string>> = Object.fromEntries([
  ...[128, 192, 256].flatMap((bits, row) =>
    ['ecb', 'cbc', 'ofb', 'cfb'].map((mode, column) => [`aes-${bits}-${mode}`, `2.16.840.1.101.3.4.1.${20 * row + column + 1}`]),
  ),
  ['des-ede3-cbc', '1.2.840.113549.3.7'],
]);

/** What OpenSSL 3.5 writes. */
const SALT_SIZE = 16;
const ITERATIONS = 2048;

export function requireCipher(core: CryptoCore, name: string): CipherInfo {
  const info = core.findCipher(name);
  if (info === undefined) throw core.environment.codedError('Error', 'ERR_CRYPTO_UNKNOWN_CIPHER', 'Unknown cipher');
  return info;
}

function digest(core: CryptoCore, name: string): DigestAlgorithm {
  const algorithm = core.findDigest(name);
  if (algorithm === undefined || algorithm === 'legacy') throw new NotImplementedError(`crypto: keys encrypted with ${name}`);
  return algorithm;
}

const whole = (mode: CipherMode, bytes: Uint8Array): Uint8Array => concatBytes(mode.update(bytes), mode.finish(true));

/** EncryptedPrivateKeyInfo around a PrivateKeyInfo. */
export function encryptPkcs8(core: CryptoCore, bytes: Uint8Array, info: CipherInfo, passphrase: Uint8Array): Uint8Array {
  const cipherOid = CIPHER_OIDS[info.aliases[0] ?? ''];
  if (info.authenticated && cipherOid === undefined && info.mode !== 'ocb' && info.mode !== 'stream') {
    throw libraryError('evp', 'cipher parameter error', '0007A');
  }
  if (cipherOid === undefined) throw libraryError('asn1', 'cipher has no object identifier', '0006C');
  const [salt, iv] = [core.randomBytes(SALT_SIZE), core.randomBytes(info.ivLength)];
  const key = core.pbkdf2(digest(core, 'sha256'), passphrase, salt, ITERATIONS, info.keyLength);
  const derivation = sequence(oid(PBKDF2), sequence(octetString(salt), integer(ITERATIONS), sequence(oid(HMAC_SHA256), nullValue())));
  const scheme = sequence(oid(cipherOid), ...(info.ivLength === 0 ? [nullValue()] : [octetString(iv)]));
  const encrypted = whole(core.createCipherMode(info, key, iv, true), bytes);
  return sequence(sequence(oid(PBES2), sequence(derivation, scheme)), octetString(encrypted));
}

/** The PrivateKeyInfo inside. Throws BadPaddingError or WrongLengthError for a wrong passphrase, DerError for what is malformed. */
export function decryptPkcs8(core: CryptoCore, bytes: Uint8Array, passphrase: Uint8Array): Uint8Array {
  const reader = DerReader.sequence(bytes);
  const algorithm = reader.sequence();
  const scheme = algorithm.oid();
  if (scheme !== PBES2) throw new NotImplementedError(`crypto: private keys encrypted with the scheme ${scheme}`);
  const parameters = algorithm.sequence();
  const [derivation, encryption] = [parameters.sequence(), parameters.sequence()];
  const cipherOid = encryption.oid();
  const name = Object.keys(CIPHER_OIDS).find((known) => CIPHER_OIDS[known] === cipherOid);
  if (name === undefined) throw new NotImplementedError(`crypto: private keys encrypted with the cipher ${cipherOid}`);
  const info = requireCipher(core, name);
  const iv = info.ivLength === 0 ? new Uint8Array(0) : encryption.octets();
  const key = deriveKey(core, derivation, passphrase, info.keyLength);
  return whole(core.createCipherMode(info, key, iv, false), reader.octets());
}

function deriveKey(core: CryptoCore, reader: DerReader, passphrase: Uint8Array, length: number): Uint8Array {
  const method = reader.oid();
  const parameters = reader.sequence();
  const salt = parameters.octets();
  if (method === SCRYPT) {
    const [N, r, p] = [parameters.integer(), parameters.integer(), parameters.integer()].map(Number);
    return core.scrypt(passphrase, salt, { N: N ?? 0, r: r ?? 0, p: p ?? 0, dkLen: length, maxmem: 2 ** 32 });
  }
  if (method !== PBKDF2) throw new NotImplementedError(`crypto: private keys encrypted with the derivation ${method}`);
  const iterations = Number(parameters.integer());
  if (parameters.tag === 0x02) parameters.integer();
  const hmac = parameters.done ? 'sha1' : HMACS[parameters.sequence().oid()];
  if (hmac === undefined) throw new DerError('invalid object encoding');
  return core.pbkdf2(digest(core, hmac), passphrase, salt, iterations, length);
}

/** EVP_BytesToKey with MD5, one round. */
function bytesToKey(core: CryptoCore, passphrase: Uint8Array, salt: Uint8Array, length: number): Uint8Array {
  const md5 = digest(core, 'md5');
  let key = new Uint8Array(0);
  let previous: Uint8Array = new Uint8Array(0);
  while (key.length < length) {
    const hash = md5.create();
    hash.update(concatBytes(previous, passphrase, salt));
    previous = hash.finish();
    key = concatBytes(key, previous);
  }
  return key.subarray(0, length);
}

export const isEncryptedPem = ({ headers }: PemBlock): boolean => headers.get('Proc-Type') === '4,ENCRYPTED';

export function decryptPem(core: CryptoCore, { headers, bytes }: PemBlock, passphrase: Uint8Array): Uint8Array {
  const [name = '', hex = ''] = (headers.get('DEK-Info') ?? '').split(',');
  const info = core.findCipher(name);
  if (info === undefined) throw libraryError('pem', 'unsupported encryption', '00072', true);
  const iv = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const key = bytesToKey(core, passphrase, iv.subarray(0, 8), info.keyLength);
  return whole(core.createCipherMode(info, key, iv, false), bytes);
}

/** @returns the headers and the encrypted bytes */
export function encryptPem(
  core: CryptoCore,
  bytes: Uint8Array,
  info: CipherInfo,
  passphrase: Uint8Array,
): { headers: readonly (readonly [string, string])[]; bytes: Uint8Array } {
  if (info.ivLength === 0) throw libraryError('pem', 'unsupported cipher', '00071');
  if (info.authenticated || info.mode === 'wrap' || info.mode === 'wrap-pad') {
    throw new NotImplementedError(`crypto: PEM encrypted with ${info.name}`);
  }
  const iv = core.randomBytes(info.ivLength);
  const key = bytesToKey(core, passphrase, iv.subarray(0, 8), info.keyLength);
  const text = Array.from(iv, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
  const headers = [
    ['Proc-Type', '4,ENCRYPTED'],
    ['DEK-Info', `${info.name.toUpperCase().replace('CHACHA', 'ChaCha')},${text}`],
  ] as const;
  return { headers, bytes: whole(core.createCipherMode(info, key, iv, true), bytes) };
}

/** A wrong passphrase, as OpenSSL reports it for each form. */
export function badDecrypt(form: 'pem' | 'pkcs8' | 'pkcs8-pem'): Error {
  const final = errorText('provider', 'bad decrypt', '00064');
  if (form === 'pem') return libraryError('provider', 'bad decrypt', '00064', [errorText('pem', 'bad decrypt', '00065'), final]);
  const pair = ['error:11800074:PKCS12 routines::pkcs12 cipherfinal error', final];
  return libraryError('provider', 'bad decrypt', '00064', form === 'pkcs8' ? pair : [...pair, ...pair]);
}

export const isBadDecrypt = (error: unknown): boolean => blockProblem(error) !== undefined;
