/** Key encapsulation: ML-KEM, RSASVE (NIST SP 800-56B) and DHKEM (RFC 9180). Stands for src/crypto/crypto_kem.cc. */
import { concatBytes, viewBytes } from '../bytes.ts';
import type { CryptoCore } from '../core.ts';
import { decodePoint, encodePoint, publicPoint, UNCOMPRESSED } from '../ec/curves.ts';
import { bigIntBytes, bytesToBigInt } from '../math/integers.ts';
import { randomBelow } from '../prime.ts';
import { modulusSize, privateOperation, publicOperation } from '../rsa/raw.ts';
import { agree } from './agreement.ts';
import type { KeyArguments, KeyReader } from './import.ts';
import { OKP } from './okp.ts';
import { isPq, pqAlgorithm } from './post-quantum.ts';
import type { AsymmetricKey, EcKey, OkpKey, PqKey } from './types.ts';

interface Encapsulated {
  readonly secret: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** RFC 9180, table 2, by curve: identifier and hash. */
const SUITES: Readonly<Record<string, readonly [id: number, hash: string]>> = {
  prime256v1: [0x10, 'sha256'],
  secp384r1: [0x11, 'sha384'],
  secp521r1: [0x12, 'sha512'],
  x25519: [0x20, 'sha256'],
  x448: [0x21, 'sha512'],
};

type Exchange = EcKey | OkpKey;

const isExchange = (key: AsymmetricKey): key is Exchange => SUITES[suiteName(key)] !== undefined;
const suiteName = (key: AsymmetricKey): string => (key.type === 'ec' ? (key.curve.name ?? '') : key.type);
const publicBytes = (key: Exchange): Uint8Array => (key.type === 'ec' ? encodePoint(key.curve, key.x, key.y, UNCOMPRESSED) : key.public);

/** ExtractAndExpand of RFC 9180, section 4.1. */
function expand(core: CryptoCore, key: Exchange, dh: Uint8Array, kemContext: Uint8Array): Uint8Array {
  const [id, name] = SUITES[suiteName(key)] ?? [0, 'sha256'];
  const hash = core.findDigest(name);
  if (hash === undefined || hash === 'legacy') throw new Error(`No digest ${name}`);
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const label = (value: string): Uint8Array => concatBytes(text('HPKE-v1KEM'), Uint8Array.of(id >> 8, id), text(value));
  const mac = (secret: Uint8Array, data: Uint8Array): Uint8Array => {
    const digest = core.hmac(hash, secret);
    digest.update(data);
    return digest.finish();
  };
  const pseudoRandom = mac(new Uint8Array(hash.outputSize), concatBytes(label('eae_prk'), dh));
  // One block is as long as the result.
  const length = hash.outputSize;
  return mac(pseudoRandom, concatBytes(Uint8Array.of(length >> 8, length), label('shared_secret'), kemContext, Uint8Array.of(1)));
}

function ephemeral(core: CryptoCore, key: Exchange): Exchange {
  if (key.type === 'ec') {
    const d = 1n + randomBelow(key.curve.n - 1n, core.randomBytes);
    return { ...key, ...publicPoint(key.curve, d), d };
  }
  const secret = core.randomBytes(OKP[key.type].size);
  return { type: key.type, private: secret, public: OKP[key.type].publicKey(secret) };
}

/** The sender's public key; undefined for bytes that are none. */
function senderKey(key: Exchange, bytes: Uint8Array): Exchange | undefined {
  if (key.type !== 'ec') return bytes.length === OKP[key.type].size ? { type: key.type, public: bytes } : undefined;
  const point = decodePoint(key.curve, bytes);
  return point === undefined ? undefined : { type: 'ec', curve: key.curve, explicit: false, ...point };
}

/** Undefined for keys that encapsulate nothing. */
function encapsulate(core: CryptoCore, key: AsymmetricKey): Encapsulated | undefined {
  if (isPq(key.type)) {
    const result = pqAlgorithm(key.type).kem?.encapsulate((key as PqKey).public);
    return result === undefined ? undefined : { secret: result.sharedSecret, ciphertext: result.cipherText };
  }
  if (key.type === 'rsa') {
    const size = modulusSize(key);
    const value = 2n + randomBelow(key.n - 3n, core.randomBytes);
    return { secret: bigIntBytes(value, size), ciphertext: bigIntBytes(publicOperation(key, value), size) };
  }
  if (!isExchange(key)) return undefined;
  const own = ephemeral(core, key);
  const sent = publicBytes(own);
  return { secret: expand(core, key, agree(own, key), concatBytes(sent, publicBytes(key))), ciphertext: sent };
}

function decapsulate(core: CryptoCore, key: AsymmetricKey, ciphertext: Uint8Array): Uint8Array | undefined {
  if (isPq(key.type)) return pqAlgorithm(key.type).kem?.decapsulate(ciphertext, (key as PqKey).private ?? new Uint8Array(0));
  if (key.type === 'rsa') {
    const size = modulusSize(key);
    const value = bytesToBigInt(ciphertext);
    if (ciphertext.length !== size || value < 2n || value >= key.n - 1n) return undefined;
    return bigIntBytes(privateOperation(key, value, core.randomBytes), size);
  }
  if (!isExchange(key)) return undefined;
  const sender = senderKey(key, ciphertext);
  if (sender === undefined) return undefined;
  return expand(core, key, agree(key, sender), concatBytes(ciphertext, publicBytes(key)));
}

const JOB_WEBCRYPTO = 2;

export function createEncapsulation(core: CryptoCore, reader: KeyReader) {
  const { environment } = core;
  /** Failures of any kind have one text. */
  const attempt = <T>(what: string, run: () => T | undefined): T => {
    let result: T | undefined;
    try {
      result = run();
    } catch {
      result = undefined;
    }
    if (result === undefined) throw environment.codedError('Error', 'ERR_CRYPTO_OPERATION_FAILED', `Failed to perform ${what}`);
    return result;
  };
  return {
    /** The key ×5. */
    configureEncapsulate(mode: number, args: readonly unknown[]): () => unknown {
      const key = reader.readAny(args as unknown as KeyArguments);
      return () => {
        const { secret, ciphertext } = attempt('encapsulation', () => encapsulate(core, key));
        if (mode === JOB_WEBCRYPTO) return { sharedKey: secret.slice().buffer, ciphertext: ciphertext.slice().buffer };
        return [environment.buffer(secret.slice()), environment.buffer(ciphertext.slice())];
      };
    },
    /** The key ×5, the ciphertext. */
    configureDecapsulate(mode: number, args: readonly unknown[]): () => unknown {
      const key = reader.readPrivate(args as unknown as KeyArguments);
      const ciphertext = viewBytes(args[5] as ArrayBufferView).slice();
      return () => {
        const secret = attempt('decapsulation', () => decapsulate(core, key, ciphertext)).slice();
        return mode === JOB_WEBCRYPTO ? secret.buffer : environment.buffer(secret);
      };
    },
  };
}
