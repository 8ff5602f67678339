/** Symmetric ciphers: AES in ECB, CBC, CTR and GCM. Stands for src/crypto/crypto_cipher.cc. */
import type { Binding, Environment } from '../environment.ts';
import { BadPaddingError, BLOCK, BlockMode, type CipherMode, CounterMode, GaloisMode, WrongLengthError } from './aes-mode.ts';
import { type Encodable, concatBytes, exactBuffer, toBytes, viewBytes } from './bytes.ts';
import { jobClass } from './job.ts';
import { keyBytes } from './key-handle.ts';
import { openSslError } from './openssl-error.ts';

type ModeName = 'ecb' | 'cbc' | 'ctr' | 'gcm';

interface CipherInfo {
  readonly name: string;
  readonly nid: number;
  readonly mode: ModeName;
  readonly keyLength: number;
  readonly ivLength: number;
  readonly aliases: readonly string[];
}

/** OpenSSL's numbers (include/openssl/obj_mac.h). */
const NIDS: Readonly<Record<number, Readonly<Record<ModeName, number>>>> = {
  128: { ecb: 418, cbc: 419, ctr: 904, gcm: 895 },
  192: { ecb: 422, cbc: 423, ctr: 905, gcm: 898 },
  256: { ecb: 426, cbc: 427, ctr: 906, gcm: 901 },
};
const IV_LENGTHS: Readonly<Record<ModeName, number>> = { ecb: 0, cbc: BLOCK, ctr: BLOCK, gcm: 12 };

const CIPHERS: readonly CipherInfo[] = [128, 192, 256].flatMap((bits) =>
  (['cbc', 'ctr', 'ecb', 'gcm'] as const).map((mode): CipherInfo => {
    const plain = `aes-${bits}-${mode}`;
    const aliases = mode === 'cbc' ? [`aes${bits}`] : mode === 'gcm' ? [`id-aes${bits}-GCM`] : [];
    return {
      name: mode === 'gcm' ? `id-aes${bits}-GCM` : plain,
      nid: NIDS[bits]?.[mode] ?? 0,
      mode,
      keyLength: bits / 8,
      ivLength: IV_LENGTHS[mode],
      aliases: [plain, ...aliases],
    };
  }),
);

const byName = new Map(CIPHERS.flatMap((info) => info.aliases.map((alias) => [alias.toLowerCase(), info] as const)));

const TAG_LENGTHS = new Set([4, 8, 12, 13, 14, 15, 16]);
const MOST_IV_BYTES = 128;

const wrongLength = () =>
  openSslError({
    number: '1C80006B',
    library: 'Provider routines',
    reason: 'wrong final block length',
    code: 'ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH',
    stack: ['error:1C80006B:Provider routines::wrong final block length'],
  });
const badDecrypt = () =>
  openSslError({
    number: '1C800064',
    library: 'Provider routines',
    reason: 'bad decrypt',
    code: 'ERR_OSSL_BAD_DECRYPT',
    stack: ['error:1C800064:Provider routines::bad decrypt'],
  });

function createMode(info: CipherInfo, key: Uint8Array, iv: Uint8Array, encrypting: boolean): CipherMode {
  if (info.mode === 'ctr') return new CounterMode(key, iv);
  if (info.mode === 'gcm') return new GaloisMode(key, iv, encrypting);
  return new BlockMode(key, info.mode === 'cbc' ? iv : undefined, encrypting);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

export function createCiphers(environment: Environment): Binding {
  const coded = environment.codedError.bind(environment);
  const invalidTag = (length: number) => coded('TypeError', 'ERR_CRYPTO_INVALID_AUTH_TAG', `Invalid authentication tag length: ${length}`);

  class CipherBase {
    readonly #encrypting: boolean;
    readonly #info: CipherInfo;
    #mode: CipherMode | undefined;
    #padding = true;
    /** Bytes of the tag, -1 when none was asked for. */
    #tagLength: number;
    #tag: Uint8Array | undefined;

    constructor(encrypting: boolean, name: string, key: unknown, iv: ArrayBufferView | ArrayBuffer | null, tagLength: number) {
      const info = byName.get(name.toLowerCase());
      if (info === undefined) throw coded('Error', 'ERR_CRYPTO_UNKNOWN_CIPHER', 'Unknown cipher');
      const vector = iv === null ? new Uint8Array(0) : viewBytes(iv);
      const wanted = info.ivLength;
      const vectorFits = info.mode === 'gcm' ? vector.length > 0 && vector.length <= MOST_IV_BYTES : vector.length === wanted;
      if ((iv === null && wanted > 0) || !vectorFits) throw coded('TypeError', 'ERR_CRYPTO_INVALID_IV', 'Invalid initialization vector');
      if (info.mode === 'gcm' && tagLength !== -1 && !TAG_LENGTHS.has(tagLength)) throw invalidTag(tagLength);
      const secret = keyBytes(key);
      if (secret.length !== info.keyLength) throw coded('RangeError', 'ERR_CRYPTO_INVALID_KEYLEN', 'Invalid key length');
      this.#encrypting = encrypting;
      this.#info = info;
      this.#tagLength = tagLength;
      this.#mode = createMode(info, secret.slice(), vector, encrypting);
    }

    update(data: Encodable, encoding?: string): Uint8Array {
      const mode = this.#mode;
      if (mode === undefined) throw new Error('Trying to add data in unsupported state');
      const bytes = toBytes(environment, data, encoding);
      return environment.buffer(mode instanceof BlockMode ? mode.update(bytes, this.#padding) : mode.update(bytes));
    }

    final(): Uint8Array {
      const mode = this.#mode;
      if (mode === undefined) throw coded('Error', 'ERR_CRYPTO_INVALID_STATE', 'Invalid state');
      this.#mode = undefined;
      try {
        const last = mode.finish(this.#padding);
        if (mode instanceof GaloisMode) this.#finishTag(mode.tag());
        return environment.buffer(last);
      } catch (error) {
        if (error instanceof WrongLengthError) throw wrongLength();
        throw error instanceof BadPaddingError ? badDecrypt() : error;
      }
    }

    #finishTag(tag: Uint8Array): void {
      if (this.#encrypting) {
        this.#tagLength = this.#tagLength === -1 ? BLOCK : this.#tagLength;
        this.#tag = tag.slice(0, this.#tagLength);
      } else if (this.#tag === undefined || !sameBytes(this.#tag, tag.subarray(0, this.#tag.length))) {
        throw new Error('Unsupported state or unable to authenticate data');
      }
    }

    setAutoPadding(on: boolean): boolean {
      if (this.#mode === undefined) return false;
      this.#padding = on;
      return true;
    }

    getAuthTag(): Uint8Array | undefined {
      if (this.#mode !== undefined || !this.#encrypting || this.#tag === undefined) return undefined;
      return environment.buffer(this.#tag.slice());
    }

    setAuthTag(tag: ArrayBufferView | ArrayBuffer): boolean {
      if (this.#mode === undefined || this.#encrypting || this.#info.mode !== 'gcm' || this.#tag !== undefined) return false;
      const bytes = viewBytes(tag);
      const fits = this.#tagLength === -1 ? TAG_LENGTHS.has(bytes.length) : this.#tagLength === bytes.length;
      if (!fits) throw invalidTag(bytes.length);
      if (this.#tagLength === -1 && bytes.length < BLOCK) warnOfShortTag(environment);
      this.#tag = bytes.slice();
      return true;
    }

    setAAD(data: ArrayBufferView | ArrayBuffer): boolean {
      if (!(this.#mode instanceof GaloisMode) || this.#mode.started) return false;
      this.#mode.authenticate(viewBytes(data));
      return true;
    }
  }

  /** Fills `target` or gives undefined, where a key or vector length does not fit. */
  function getCipherInfo(
    target: Record<string, unknown>,
    nameOrNid: string | number,
    keyLength?: number,
    ivLength?: number,
  ): object | undefined {
    const info = typeof nameOrNid === 'string' ? byName.get(nameOrNid.toLowerCase()) : CIPHERS.find((cipher) => cipher.nid === nameOrNid);
    if (info === undefined || (keyLength !== undefined && keyLength !== info.keyLength)) return undefined;
    if (ivLength !== undefined && ivLength !== info.ivLength && info.mode !== 'gcm') return undefined;
    const vector = ivLength ?? info.ivLength;
    return Object.assign(
      target,
      { mode: info.mode, name: info.name, nid: info.nid, blockSize: info.mode === 'ctr' || info.mode === 'gcm' ? 1 : BLOCK },
      vector === 0 ? {} : { ivLength: vector },
      { keyLength: info.keyLength },
    );
  }

  return {
    CipherBase,
    getCipherInfo,
    getCiphers: () => [...CIPHERS.flatMap((info) => info.aliases)].sort(),
    AESCipherJob: createAesJob(environment),
  };
}

const WEBCRYPTO_ENCRYPT = 0;
const VARIANT_MODES: readonly (ModeName | undefined)[] = ['ctr', 'ctr', 'ctr', 'cbc', 'cbc', 'cbc', 'gcm', 'gcm', 'gcm'];

/** AES of WebCrypto. `variant` is one of kKeyVariantAES_*. */
function createAesJob(environment: Environment): unknown {
  type Source = ArrayBufferView | ArrayBuffer;
  return jobClass(
    environment,
    'AESCipherJob',
    (_mode, direction: number, key: object, data: Source, variant: number, iv?: Source, length?: number, additional?: Source) => {
      const mode = VARIANT_MODES[variant];
      if (mode === undefined || iv === undefined)
        throw new Error('crypto.subtle: this mode of AES is not available in this Node.js runtime yet');
      // A counter that covers a part of the block wraps within it.
      if (mode === 'ctr' && length !== undefined && length % 8 !== 0) {
        throw new Error(
          'crypto.subtle: AES-CTR counters of a length that is not whole bytes are not available in this Node.js runtime yet',
        );
      }
      const [secret, vector, input] = [keyBytes(key).slice(), viewBytes(iv).slice(), viewBytes(data).slice()];
      const extra = additional === undefined ? undefined : viewBytes(additional).slice();
      const encrypting = direction === WEBCRYPTO_ENCRYPT;
      return (): ArrayBuffer => {
        if (mode === 'ctr') return exactBuffer(new CounterMode(secret, vector, (length ?? 128) / 8).update(input));
        if (mode === 'cbc') {
          const cipher = new BlockMode(secret, vector, encrypting);
          return exactBuffer(concatBytes(cipher.update(input), cipher.finish(true)));
        }
        return exactBuffer(galois(secret, vector, input, extra, length ?? BLOCK, encrypting));
      };
    },
  );
}

function galois(
  key: Uint8Array,
  iv: Uint8Array,
  input: Uint8Array,
  extra: Uint8Array | undefined,
  tagSize: number,
  encrypting: boolean,
): Uint8Array {
  const cipher = new GaloisMode(key, iv, encrypting);
  if (extra !== undefined) cipher.authenticate(extra);
  if (encrypting) {
    const text = cipher.update(input);
    return concatBytes(text, cipher.tag().subarray(0, tagSize));
  }
  const split = input.length - tagSize;
  const text = split < 0 ? new Uint8Array(0) : cipher.update(input.subarray(0, split));
  if (split < 0 || !sameBytes(input.subarray(split), cipher.tag().subarray(0, tagSize))) throw new Error('Cipher job failed');
  return text;
}

function warnOfShortTag(environment: Environment): void {
  const { emitWarning } = environment.process as { emitWarning(text: string, type: string, code: string): void };
  emitWarning.call(
    environment.process,
    'Using AES-GCM authentication tags of less than 128 bits without specifying the authTagLength option when initializing decryption is deprecated.',
    'DeprecationWarning',
    'DEP0182',
  );
}
