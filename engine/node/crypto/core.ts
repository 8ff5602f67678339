/**
 * What the part of crypto that every process carries hands to the part that is loaded when asymmetric keys, certificates or rarer ciphers are first used
 * (asymmetric.ts, a script of its own): the other script must not hold second copies of what has state or is large.
 */
import type { Environment } from '../environment.ts';
import type { CipherMode } from './aes-mode.ts';
import type { CipherInfo } from './cipher-table.ts';
import type { Digest, DigestAlgorithm } from './digest.ts';
import type { AsymmetricKey } from './keys/types.ts';

export const KEY_SECRET = 0;
export const KEY_PUBLIC = 1;
export const KEY_PRIVATE = 2;

/** What stands behind a KeyObjectHandle. */
export type KeyData =
  | { readonly type: typeof KEY_SECRET; readonly secret: Uint8Array }
  | { readonly type: typeof KEY_PUBLIC | typeof KEY_PRIVATE; readonly key: AsymmetricKey };

export interface CryptoCore {
  readonly environment: Environment;
  /** By any of OpenSSL's names; 'legacy' for one that Node's OpenSSL refuses. */
  findDigest(name: string): DigestAlgorithm | 'legacy' | undefined;
  hmac(algorithm: DigestAlgorithm, key: Uint8Array): Digest;
  pbkdf2(algorithm: DigestAlgorithm, password: Uint8Array, salt: Uint8Array, iterations: number, length: number): Uint8Array;
  scrypt(password: Uint8Array, salt: Uint8Array, options: { N: number; r: number; p: number; dkLen: number; maxmem: number }): Uint8Array;
  randomBytes(size: number): Uint8Array;
  findCipher(name: string): CipherInfo | undefined;
  createCipherMode(info: CipherInfo, key: Uint8Array, iv: Uint8Array, encrypting: boolean): CipherMode;
  aesBlock(key: Uint8Array, encrypting: boolean): (block: Uint8Array) => void;
  /** Of a KeyObjectHandle; undefined for other values. */
  keyData(handle: unknown): KeyData | undefined;
  createHandle(data: KeyData): object;
  /** A CryptoKey as WebCrypto's jobs return it. */
  createCryptoKey(handle: object, algorithm: object, usages: number, extractable: boolean): object;
}
