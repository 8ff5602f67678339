/** Argon2 (RFC 9106) and SHA-3's relatives (NIST SP 800-185, RFC 9861), on @noble/hashes. Stands for crypto_argon2.cc, crypto_kmac.cc and crypto_turboshake.cc. */
import { argon2d, argon2i, argon2id } from '@noble/hashes/argon2.js';
import { cshake128, cshake256, kmac128, kmac256, kt128, kt256, turboshake128, turboshake256 } from '@noble/hashes/sha3-addons.js';
import { exactBuffer, isBytes, viewBytes } from './bytes.ts';
import { type CryptoCore, KEY_SECRET } from './core.ts';

type Source = ArrayBufferView | ArrayBuffer;
type Work = () => unknown;

const VARIANTS = [argon2d, argon2i, argon2id];
/** Bytes of memory that a derivation may take at most: more would end the tab. */
const MOST_MEMORY = 2 ** 31;

const copy = (source: unknown): Uint8Array => (source === undefined ? new Uint8Array(0) : viewBytes(source as Source).slice());

function secretOf(core: CryptoCore, key: unknown): Uint8Array {
  if (isBytes(key)) return viewBytes(key).slice();
  const data = core.keyData(key);
  if (data?.type !== KEY_SECRET) throw new TypeError('The key is not secret.');
  return data.secret.slice();
}

export function createExtendedJobs(core: CryptoCore) {
  return {
    /** `[message, nonce, parallelism, length, memory in KiB, passes, secret, associated data, variant]` */
    configureArgon2(args: readonly unknown[]): Work {
      const [message, nonce, parallelism, length, memory, passes, secret, associated, variant] = args;
      const derive = VARIANTS[Number(variant)] ?? argon2id;
      const [password, salt] = [secretOf(core, message), copy(nonce)];
      const options = { t: Number(passes), m: Number(memory), p: Number(parallelism), dkLen: Number(length), maxmem: MOST_MEMORY };
      const more = { key: copy(secret), personalization: copy(associated) };
      return () => exactBuffer(derive(password, salt, { ...options, ...more }));
    },
    /** `[sign or verify, key, name, customization, key bits, output bits, data, signature]` */
    configureKmac(args: readonly unknown[]): Work {
      const [mode, key, name, customization, , outputLength, data, signature] = args;
      const compute = name === 'KMAC128' ? kmac128 : kmac256;
      const [secret, message, expected] = [secretOf(core, key), copy(data), copy(signature)];
      const options = { personalization: copy(customization), dkLen: Number(outputLength) / 8 };
      return () => {
        const mac = compute(secret, message, options);
        if (mode === 0) return exactBuffer(mac);
        return mac.length === expected.length && mac.reduce((sum, byte, index) => sum | (byte ^ (expected[index] ?? 0)), 0) === 0;
      };
    },
    /** `[name, data, function name, customization, output bits]` */
    configureCshake(args: readonly unknown[]): Work {
      const [name, data, functionName, customization, bits] = args;
      const compute = String(name).includes('128') ? cshake128 : cshake256;
      const message = copy(data);
      const options = { NISTfn: copy(functionName), personalization: copy(customization), dkLen: Math.ceil(Number(bits) / 8) };
      return () => exactBuffer(compute(message, options));
    },
    /** `[name, domain, output bytes, data]` */
    configureTurboshake(args: readonly unknown[]): Work {
      const [name, domain, length, data] = args;
      const compute = String(name).includes('128') ? turboshake128 : turboshake256;
      const message = copy(data);
      return () => exactBuffer(compute(message, { D: Number(domain), dkLen: Number(length) }));
    },
    /** `[name, customization, output bytes, data]` */
    configureKangaroo(args: readonly unknown[]): Work {
      const [name, customization, length, data] = args;
      const compute = name === 'KT128' ? kt128 : kt256;
      const message = copy(data);
      const options = { personalization: copy(customization), dkLen: Number(length) };
      return () => exactBuffer(compute(message, options));
    },
  };
}
