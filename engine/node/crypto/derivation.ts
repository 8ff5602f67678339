/** Key derivation and the jobs of WebCrypto that only need a digest. Stands for crypto_hkdf.cc, crypto_pbkdf2.cc, crypto_scrypt.cc and parts of crypto_hash.cc, crypto_hmac.cc, crypto_keygen.cc. */
import { scrypt } from '@noble/hashes/scrypt.js';
import type { Binding, Environment } from '../environment.ts';
import { type Encodable, concatBytes, exactBuffer, toBytes, viewBytes } from './bytes.ts';
import { KEY_SECRET } from './core.ts';
import type { DigestAlgorithm } from './digest.ts';
import { requireDigest } from './hash.ts';
import { HmacDigest, digestOf } from './hmac.ts';
import { JOB_WEBCRYPTO, jobClass } from './job.ts';
import { type KeyClasses, keyBytes } from './key-handle.ts';
import { fillRandom } from './random.ts';

type Source = ArrayBufferView | ArrayBuffer;

/** RFC 5869. */
export function hkdf(algorithm: DigestAlgorithm, key: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const mac = (secret: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => {
    const digest = HmacDigest.create(algorithm, secret);
    for (const part of parts) digest.update(part);
    return digest.finish();
  };
  const pseudoRandomKey = mac(salt.length === 0 ? new Uint8Array(algorithm.outputSize) : salt, key);
  const blocks: Uint8Array[] = [];
  let previous: Uint8Array = new Uint8Array(0);
  for (let counter = 1; blocks.length * algorithm.outputSize < length; counter++) {
    previous = mac(pseudoRandomKey, previous, info, Uint8Array.of(counter));
    blocks.push(previous);
  }
  return concatBytes(...blocks).subarray(0, length);
}

/** RFC 8018, section 5.2. */
export function pbkdf2(algorithm: DigestAlgorithm, password: Uint8Array, salt: Uint8Array, iterations: number, length: number): Uint8Array {
  const keyed = HmacDigest.create(algorithm, password);
  const result = new Uint8Array(length);
  const counter = new Uint8Array(4);
  for (let block = 1, offset = 0; offset < length; block++, offset += algorithm.outputSize) {
    new DataView(counter.buffer).setUint32(0, block);
    const first = keyed.clone();
    first.update(salt);
    first.update(counter);
    let previous = first.finish();
    const sum = previous.slice();
    for (let iteration = 1; iteration < iterations; iteration++) {
      const next = keyed.clone();
      next.update(previous);
      previous = next.finish();
      for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) ^ (previous[index] ?? 0);
    }
    result.set(sum.subarray(0, Math.min(sum.length, length - offset)), offset);
  }
  return result;
}

export function createDerivationJobs(environment: Environment, keys: KeyClasses): Binding {
  const derivingFailed = (): never => {
    throw new Error('Deriving bits failed');
  };
  return {
    HKDFJob: jobClass(environment, 'HKDFJob', (_mode, name: string, key: object, salt: Source, info: Source, length: number) => {
      const algorithm = requireDigest(environment, name);
      if (length > 255 * algorithm.outputSize)
        throw environment.codedError('RangeError', 'ERR_CRYPTO_INVALID_KEYLEN', 'Invalid key length');
      const [saltBytes, infoBytes] = [viewBytes(salt).slice(), viewBytes(info).slice()];
      return () => (length === 0 ? derivingFailed() : exactBuffer(hkdf(algorithm, keyBytes(key), saltBytes, infoBytes, length)));
    }),
    PBKDF2Job: jobClass(
      environment,
      'PBKDF2Job',
      (mode, password: object, salt: Source, iterations: number, length: number, name: string) => {
        const algorithm = requireDigest(environment, name);
        const [passwordBytes, saltBytes] = [keyBytes(password).slice(), viewBytes(salt).slice()];
        return () => {
          if (length === 0 && mode !== JOB_WEBCRYPTO) derivingFailed();
          return exactBuffer(pbkdf2(algorithm, passwordBytes, saltBytes, iterations, length));
        };
      },
    ),
    ScryptJob: jobClass(
      environment,
      'ScryptJob',
      (_mode, password: Source, salt: Source, N: number, r: number, p: number, maxmem: number, length: number) => {
        const invalid = (detail: string) =>
          environment.codedError('RangeError', 'ERR_CRYPTO_INVALID_SCRYPT_PARAMS', `Invalid scrypt params${detail}`);
        // RFC 7914: N a power of two above 1; OpenSSL's own bounds on N, p and memory.
        if (N < 2 || (N & (N - 1)) !== 0) throw invalid('');
        const tooLarge = (r < 4 && Math.log2(N) >= 16 * r) || p * r > 0x3fffffff || 128 * r * p + 32 * r * (N + 2) * 4 > maxmem;
        if (tooLarge) throw invalid(': error:030000AC:digital envelope routines::memory limit exceeded');
        const [passwordBytes, saltBytes] = [viewBytes(password).slice(), viewBytes(salt).slice()];
        // The library counts memory a little differently; the check above is OpenSSL's.
        const options = { N, r, p, dkLen: length, maxmem: 2 ** 32 };
        return () => (length === 0 ? new ArrayBuffer(0) : exactBuffer(scrypt(passwordBytes, saltBytes, options)));
      },
    ),
    HashJob: jobClass(environment, 'HashJob', (_mode, name: string, data: Encodable, bits?: number) => {
      const algorithm = requireDigest(environment, name);
      const bytes = toBytes(environment, data).slice();
      return () => exactBuffer(digestOf(algorithm, bytes, bits === undefined ? undefined : bits / 8));
    }),
    HmacJob: jobClass(environment, 'HmacJob', (_mode, verify: number, name: string, key: object, data: Source, signature?: Source) => {
      const algorithm = requireDigest(environment, name);
      const bytes = viewBytes(data).slice();
      const expected = signature === undefined ? undefined : viewBytes(signature).slice();
      return () => {
        const digest = HmacDigest.create(algorithm, keyBytes(key));
        digest.update(bytes);
        const result = digest.finish();
        if (verify === 0) return exactBuffer(result);
        if (expected?.length !== result.length) return false;
        return result.reduce((difference, byte, index) => difference | (byte ^ (expected[index] ?? 0)), 0) === 0;
      };
    }),
    SecretKeyGenJob: jobClass(
      environment,
      'SecretKeyGenJob',
      (mode, bits: number, algorithm?: object, usages?: number, extractable?: boolean) => {
        const size = mode === JOB_WEBCRYPTO ? Math.ceil(bits / 8) : Math.floor(bits / 8);
        return () => {
          const bytes = new Uint8Array(size);
          fillRandom(environment.host.crypto, bytes);
          // Bits beyond the length are zero.
          if (bits % 8 !== 0 && mode === JOB_WEBCRYPTO) bytes[size - 1] = (bytes[size - 1] ?? 0) & (0xff << (8 - (bits % 8)));
          const handle = keys.createHandle({ type: KEY_SECRET, secret: bytes });
          return mode === JOB_WEBCRYPTO ? keys.createCryptoKey(handle, algorithm ?? {}, usages ?? 0, extractable ?? false) : handle;
        };
      },
    ),
  };
}
