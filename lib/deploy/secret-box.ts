import { JampotError } from '../errors/problem.ts';

/** A text encrypted with a passphrase: PBKDF2 with SHA-256 (RFC 8018), AES-256-GCM. */
export interface SecretBox {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly iterations: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** OWASP's number for PBKDF2 with HMAC-SHA-256: about half a second of a desktop's time for each guess. */
const ITERATIONS = 600_000;

export async function encryptText(text: string, passphrase: string): Promise<SecretBox> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await deriveKey(passphrase, salt, ITERATIONS);
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(text));
  return { salt, iv, iterations: ITERATIONS, data: new Uint8Array(data) };
}

/** @throws {JampotError} `passphrase` when it is another one, or the box was damaged */
export async function decryptText({ salt, iv, iterations, data }: SecretBox, passphrase: string): Promise<string> {
  const key = await deriveKey(passphrase, salt, iterations);
  try {
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, data));
  } catch (cause) {
    // WebCrypto says no more than that: a wrong key and damaged bytes look the same.
    throw new JampotError('passphrase', 'That is not the passphrase.', { cause });
  }
}

async function deriveKey(passphrase: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(passphrase.normalize('NFC')), 'PBKDF2', false, [
    'deriveKey',
  ]);
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return crypto.subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}
