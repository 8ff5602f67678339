/** Writing keys. Stands for WritePublicKey and WritePrivateKey of crypto_keys.cc. */
import { viewBytes } from '../bytes.ts';
import { writePem } from '../asn1/pem.ts';
import { DerError } from '../asn1/der.ts';
import type { CryptoCore } from '../core.ts';
import { encryptPem, encryptPkcs8, requireCipher } from './encryption.ts';
import { FORMAT_PEM, PKCS1, PKCS8 } from './import.ts';
import { encodePkcs1Private, encodePkcs8, encodeSec1 } from './pkcs8.ts';
import { encodePkcs1Public, encodeSpki } from './spki.ts';
import type { AsymmetricKey, EcKey, RsaKey } from './types.ts';

type Written = string | Uint8Array;

export function writePublicKey(core: CryptoCore, key: AsymmetricKey, format: number, type: number): Written {
  try {
    const bytes = type === PKCS1 ? encodePkcs1Public(key as RsaKey) : encodeSpki(key);
    if (format === FORMAT_PEM) return writePem(type === PKCS1 ? 'RSA PUBLIC KEY' : 'PUBLIC KEY', bytes);
    return core.environment.buffer(bytes);
  } catch (error) {
    throw error instanceof DerError ? new Error('Failed to encode public key') : error;
  }
}

export interface Encryption {
  readonly cipher: string;
  readonly passphrase: Uint8Array;
}

/** The last two arguments of `KeyObjectHandle.export`. */
export function encryptionOf(cipher: unknown, passphrase: unknown): Encryption | undefined {
  if (typeof cipher !== 'string') return undefined;
  return { cipher, passphrase: viewBytes(passphrase as ArrayBufferView) };
}

export function writePrivateKey(
  core: CryptoCore,
  key: AsymmetricKey,
  format: number,
  type: number,
  encryption: Encryption | undefined,
): Written {
  const info = encryption === undefined ? undefined : requireCipher(core, encryption.cipher);
  const passphrase = encryption?.passphrase ?? new Uint8Array(0);
  if (type === PKCS8) {
    const plain = encodePkcs8(key);
    const bytes = info === undefined ? plain : encryptPkcs8(core, plain, info, passphrase);
    if (format === FORMAT_PEM) return writePem(info === undefined ? 'PRIVATE KEY' : 'ENCRYPTED PRIVATE KEY', bytes);
    return core.environment.buffer(bytes);
  }
  const [label, bytes] =
    type === PKCS1
      ? (['RSA PRIVATE KEY', encodePkcs1Private(key as RsaKey)] as const)
      : (['EC PRIVATE KEY', encodeSec1(key as EcKey, true)] as const);
  if (format !== FORMAT_PEM) return core.environment.buffer(bytes);
  if (info === undefined) return writePem(label, bytes);
  const encrypted = encryptPem(core, bytes, info, passphrase);
  return writePem(label, encrypted.bytes, encrypted.headers);
}
