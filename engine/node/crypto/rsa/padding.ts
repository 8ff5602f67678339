/** RSA's paddings (RFC 8017): PKCS #1 v1.5 of both types, OAEP, PSS. */
import { concatBytes } from '../bytes.ts';
import type { Digest, DigestAlgorithm } from '../digest.ts';
import type { RandomBytes } from '../prime.ts';

export function hashOf(algorithm: DigestAlgorithm, ...parts: readonly Uint8Array[]): Uint8Array {
  const digest = algorithm.create();
  for (const part of parts) digest.update(part);
  return digest.finish();
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, index) => byte ^ (b[index] ?? 0));
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

/** MGF1. */
export function mask(algorithm: DigestAlgorithm, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let counter = 0; counter * algorithm.outputSize < length; counter++) {
    blocks.push(hashOf(algorithm, seed, Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter)));
  }
  return concatBytes(...blocks).subarray(0, length);
}

/** Least bytes that PKCS #1 v1.5 adds. */
export const PKCS1_OVERHEAD = 11;

/** Block type 1: for signatures. */
export function padType1(data: Uint8Array, size: number): Uint8Array {
  return concatBytes(Uint8Array.of(0, 1), new Uint8Array(size - 3 - data.length).fill(0xff), Uint8Array.of(0), data);
}

/** The data, or what is wrong (OpenSSL's reasons). */
export function unpadType1(
  block: Uint8Array,
): Uint8Array | 'invalid padding' | 'block type is not 01' | 'bad fixed header decrypt' | 'null before block missing' {
  if (block[0] !== 0) return 'invalid padding';
  if (block[1] !== 1) return 'block type is not 01';
  const end = block.findIndex((byte, index) => index >= 2 && byte !== 0xff);
  if (end < 0) return 'null before block missing';
  if (block[end] !== 0) return 'bad fixed header decrypt';
  return end < 10 ? 'bad fixed header decrypt' : block.subarray(end + 1);
}

/** Block type 2: for encryption. */
export function padType2(data: Uint8Array, size: number, randomBytes: RandomBytes): Uint8Array {
  const filler = randomBytes(size - 3 - data.length);
  for (let index = 0; index < filler.length; index++) while (filler[index] === 0) filler[index] = randomBytes(1)[0] ?? 0;
  return concatBytes(Uint8Array.of(0, 2), filler, Uint8Array.of(0), data);
}

/** Undefined for what is not well-formed. */
export function unpadType2(block: Uint8Array): Uint8Array | undefined {
  if (block[0] !== 0 || block[1] !== 2) return undefined;
  const end = block.indexOf(0, 2);
  return end < 10 ? undefined : block.subarray(end + 1);
}

/**
 * What takes the place of a message that is not well-formed: the same text for the same input and key, so that nothing is learned from the failure
 * (OpenSSL's implicit rejection; draft-irtf-cfrg-rsa-guidance).
 * @param keyed HMAC-SHA-256 under the key that is derived of private key and ciphertext
 */
export function rejectedMessage(keyed: () => Digest, size: number): Uint8Array {
  const expand = (label: string, length: number): Uint8Array => {
    const text = new TextEncoder().encode(label);
    const bits = 8 * length;
    const blocks: Uint8Array[] = [];
    for (let counter = 0; counter * 32 < length; counter++) {
      const digest = keyed();
      digest.update(concatBytes(Uint8Array.of(counter >>> 8, counter), text, Uint8Array.of(bits >>> 8, bits)));
      blocks.push(digest.finish());
    }
    return concatBytes(...blocks).subarray(0, length);
  };
  const message = expand('message', size);
  const candidates = expand('length', 256);
  const most = size - 10;
  let bound = most;
  for (const shift of [1, 2, 4, 8]) bound |= bound >> shift;
  let length = 0;
  for (let index = 0; index < candidates.length; index += 2) {
    const candidate = (((candidates[index] ?? 0) << 8) | (candidates[index + 1] ?? 0)) & bound;
    if (candidate < most) length = candidate;
  }
  return message.subarray(size - length);
}

export function padOaep(
  data: Uint8Array,
  size: number,
  { hash, mgf1Hash, label }: { hash: DigestAlgorithm; mgf1Hash: DigestAlgorithm; label: Uint8Array },
  randomBytes: RandomBytes,
): Uint8Array {
  const { outputSize } = hash;
  const filler = new Uint8Array(size - 2 * outputSize - 2 - data.length);
  const block = concatBytes(hashOf(hash, label), filler, Uint8Array.of(1), data);
  const seed = randomBytes(outputSize);
  const maskedBlock = xor(block, mask(mgf1Hash, seed, block.length));
  return concatBytes(Uint8Array.of(0), xor(seed, mask(mgf1Hash, maskedBlock, outputSize)), maskedBlock);
}

/** Undefined for what is not well-formed. */
export function unpadOaep(
  bytes: Uint8Array,
  { hash, mgf1Hash, label }: { hash: DigestAlgorithm; mgf1Hash: DigestAlgorithm; label: Uint8Array },
): Uint8Array | undefined {
  const { outputSize } = hash;
  if (bytes.length < 2 * outputSize + 2) return undefined;
  const maskedBlock = bytes.subarray(1 + outputSize);
  const seed = xor(bytes.subarray(1, 1 + outputSize), mask(mgf1Hash, maskedBlock, outputSize));
  const block = xor(maskedBlock, mask(mgf1Hash, seed, maskedBlock.length));
  const labelFits = equal(block.subarray(0, outputSize), hashOf(hash, label));
  const end = block.findIndex((byte, index) => index >= outputSize && byte !== 0);
  if (bytes[0] !== 0 || !labelFits || end < 0 || block[end] !== 1) return undefined;
  return block.subarray(end + 1);
}

export interface PssOptions {
  readonly hash: DigestAlgorithm;
  readonly mgf1Hash: DigestAlgorithm;
}

/** Bytes of salt that fit. */
export function mostSalt(bits: number, hash: DigestAlgorithm): number {
  return Math.ceil((bits - 1) / 8) - hash.outputSize - 2;
}

/** @param bits of the modulus; @param salt as many bytes as are wanted */
export function padPss(digest: Uint8Array, bits: number, salt: Uint8Array, { hash, mgf1Hash }: PssOptions): Uint8Array {
  const size = Math.ceil((bits - 1) / 8);
  const block = new Uint8Array(size - digest.length - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  const inner = hashOf(hash, new Uint8Array(8), digest, salt);
  const masked = xor(block, mask(mgf1Hash, inner, block.length));
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * size - (bits - 1)));
  return concatBytes(masked, inner, Uint8Array.of(0xbc));
}

/** @param saltLength undefined: any */
export function checkPss(
  digest: Uint8Array,
  encoded: Uint8Array,
  bits: number,
  saltLength: number | undefined,
  { hash, mgf1Hash }: PssOptions,
): boolean {
  const size = Math.ceil((bits - 1) / 8);
  const block = encoded.subarray(encoded.length - size);
  if (encoded.subarray(0, encoded.length - size).some((byte) => byte !== 0)) return false;
  if (block.length < digest.length + 2 || block.at(-1) !== 0xbc) return false;
  const masked = block.subarray(0, size - digest.length - 1);
  const inner = block.subarray(size - digest.length - 1, -1);
  const spare = 8 * size - (bits - 1);
  if (((masked[0] ?? 0) & ~(0xff >> spare) & 0xff) !== 0) return false;
  const data = xor(masked, mask(mgf1Hash, inner, masked.length));
  data[0] = (data[0] ?? 0) & (0xff >> spare);
  const end = data.findIndex((byte) => byte !== 0);
  if (end < 0 || data[end] !== 1) return false;
  const salt = data.subarray(end + 1);
  if (saltLength !== undefined && salt.length !== saltLength) return false;
  return equal(inner, hashOf(hash, new Uint8Array(8), digest, salt));
}
