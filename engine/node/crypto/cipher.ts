/** Symmetric ciphers behind `createCipheriv` and `createDecipheriv`. Stands for CipherBase (src/crypto/crypto_cipher.cc). */
import type { Binding, Environment } from '../environment.ts';
import { NotImplementedError } from '../dump.ts';
import { blockProblem, BLOCK, BlockMode, type CipherMode, CounterMode, GaloisMode, isAuthenticated } from './aes-mode.ts';
import { type Encodable, toBytes, viewBytes } from './bytes.ts';
import { CIPHERS, type CipherInfo, findCipher, findCipherByNid } from './cipher-table.ts';
import { keyBytes } from './key-handle.ts';
import { openSslError } from './openssl-error.ts';

/** Makes a mode; what is not in this part of crypto comes from the part that is loaded later. */
export type CreateMode = (info: CipherInfo, key: Uint8Array, iv: Uint8Array, encrypting: boolean, tagLength: number) => CipherMode;

const GCM_TAGS = new Set([4, 8, 12, 13, 14, 15, 16]);
const CCM_TAGS = new Set([4, 6, 8, 10, 12, 14, 16]);
const MOST_IV_BYTES = 128;
const NO_TAG_LENGTH = -1;

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
const unsupportedState = () => new Error('Trying to add data in unsupported state');
const notAuthentic = () => new Error('Unsupported state or unable to authenticate data');

/** AES in ECB, CBC, CTR and GCM; undefined for the others. */
export function createCommonMode(info: CipherInfo, key: Uint8Array, iv: Uint8Array, encrypting: boolean): CipherMode | undefined {
  if (info.block !== 'aes') return undefined;
  switch (info.mode) {
    case 'ctr':
      return new CounterMode(key, iv);
    case 'gcm':
      return new GaloisMode(key, iv, encrypting);
    case 'cbc':
      return new BlockMode(key, iv, encrypting);
    case 'ecb':
      return new BlockMode(key, undefined, encrypting);
    default:
      return undefined;
  }
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

function vectorFits(info: CipherInfo, length: number): boolean {
  switch (info.mode) {
    case 'gcm':
      return length > 0 && length <= MOST_IV_BYTES;
    case 'ccm':
      return length >= 7 && length <= 13;
    case 'ocb':
      return length > 0 && length <= 15;
    default:
      return length === info.ivLength;
  }
}

function tagFits(info: CipherInfo, length: number): boolean {
  if (info.mode === 'gcm') return GCM_TAGS.has(length);
  if (info.mode === 'ccm') return CCM_TAGS.has(length);
  return length <= 16 && (info.mode === 'ocb' || length > 0);
}

/** CCM counts the text in as many bytes as the vector leaves. */
function mostCcmText(ivLength: number): number {
  return ivLength === 12 ? 16_777_215 : ivLength === 13 ? 65_535 : 2 ** 31 - 1;
}

export function createCiphers(environment: Environment, createMode: CreateMode): Binding {
  const coded = environment.codedError.bind(environment);
  const invalidTag = (length: number) => coded('TypeError', 'ERR_CRYPTO_INVALID_AUTH_TAG', `Invalid authentication tag length: ${length}`);

  function requireInfo(name: string): CipherInfo {
    const info = findCipher(name);
    if (info !== undefined) return info;
    const known = environment.dumps.crypto?.['getCiphers()'] as readonly string[] | undefined;
    if (known?.includes(name.toLowerCase()) === true) throw new NotImplementedError(`crypto: the cipher ${name}`);
    throw coded('Error', 'ERR_CRYPTO_UNKNOWN_CIPHER', 'Unknown cipher');
  }

  function checkTagLength(info: CipherInfo, name: string, length: number): number {
    if (!info.authenticated) return NO_TAG_LENGTH;
    if (length === NO_TAG_LENGTH) {
      if (info.mode === 'gcm') return length;
      if (info.block === 'chacha20-poly1305') return 16;
      throw coded('TypeError', 'ERR_CRYPTO_INVALID_AUTH_TAG', `authTagLength required for ${name}`);
    }
    if (!tagFits(info, length)) throw invalidTag(length);
    return length;
  }

  class CipherBase {
    readonly #encrypting: boolean;
    readonly #info: CipherInfo;
    #mode: CipherMode | undefined;
    #padding = true;
    /** Bytes of the tag, -1 when none was asked for. */
    #tagLength: number;
    #tag: Uint8Array | undefined;
    /** Of CCM. */
    readonly #mostText: number;
    #announced: number | undefined;
    #refused = false;

    constructor(encrypting: boolean, name: string, key: unknown, iv: ArrayBufferView | ArrayBuffer | null, tagLength: number) {
      const info = requireInfo(name);
      const vector = iv === null ? new Uint8Array(0) : viewBytes(iv);
      const absent = iv === null && info.ivLength === 0;
      if (!absent && !vectorFits(info, vector.length)) throw coded('TypeError', 'ERR_CRYPTO_INVALID_IV', 'Invalid initialization vector');
      this.#tagLength = checkTagLength(info, name, tagLength);
      const secret = keyBytes(key);
      if (secret.length !== info.keyLength) throw coded('RangeError', 'ERR_CRYPTO_INVALID_KEYLEN', 'Invalid key length');
      this.#encrypting = encrypting;
      this.#info = info;
      this.#mostText = mostCcmText(vector.length);
      this.#mode = createMode(info, secret.slice(), vector, encrypting, this.#tagLength);
    }

    update(data: Encodable, encoding?: string): Uint8Array {
      const mode = this.#mode;
      if (mode === undefined) throw unsupportedState();
      const bytes = toBytes(environment, data, encoding);
      if (this.#info.mode === 'ccm') return this.#updateAtOnce(mode, bytes);
      try {
        return environment.buffer(mode.update(bytes, this.#padding));
      } catch (error) {
        // Key wrapping refuses lengths and checks at once.
        if (this.#info.mode === 'wrap' || this.#info.mode === 'wrap-pad') throw unsupportedState();
        throw error;
      }
    }

    /** CCM takes the whole text at once and gives nothing out that is not authentic. */
    #updateAtOnce(mode: CipherMode, bytes: Uint8Array): Uint8Array {
      this.#checkCcmLength(bytes.length);
      if (!isAuthenticated(mode) || mode.started || (this.#announced ?? bytes.length) !== bytes.length) {
        this.#refused = true;
        throw unsupportedState();
      }
      const output = mode.update(bytes);
      if (!this.#encrypting && (this.#tag === undefined || !sameBytes(this.#tag, mode.tag().subarray(0, this.#tag.length)))) {
        this.#refused = true;
        return environment.buffer(new Uint8Array(0));
      }
      return environment.buffer(output);
    }

    #checkCcmLength(length: number): void {
      if (length > this.#mostText) throw coded('RangeError', 'ERR_CRYPTO_INVALID_MESSAGELEN', 'Invalid message length');
    }

    final(): Uint8Array {
      const mode = this.#mode;
      if (mode === undefined) throw coded('Error', 'ERR_CRYPTO_INVALID_STATE', 'Invalid state');
      this.#mode = undefined;
      if (this.#refused) throw notAuthentic();
      try {
        const last = mode.finish(this.#padding);
        if (isAuthenticated(mode)) this.#finishTag(mode.tag());
        return environment.buffer(last);
      } catch (error) {
        const problem = blockProblem(error);
        if (problem === undefined) throw error;
        throw problem === 'length' ? wrongLength() : badDecrypt();
      }
    }

    #finishTag(tag: Uint8Array): void {
      if (this.#encrypting) {
        this.#tagLength = this.#tagLength === NO_TAG_LENGTH ? BLOCK : this.#tagLength;
        this.#tag = tag.slice(0, this.#tagLength);
      } else if (this.#tag === undefined || !sameBytes(this.#tag, tag.subarray(0, this.#tag.length))) {
        throw notAuthentic();
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
      if (this.#mode === undefined || this.#encrypting || !this.#info.authenticated || this.#tag !== undefined) return false;
      const bytes = viewBytes(tag);
      const fits = this.#tagLength === NO_TAG_LENGTH ? GCM_TAGS.has(bytes.length) : this.#tagLength === bytes.length;
      if (!fits) throw invalidTag(bytes.length);
      if (this.#tagLength === NO_TAG_LENGTH && bytes.length < BLOCK) warnOfShortTag(environment);
      this.#tag = bytes.slice();
      return true;
    }

    /** @param textLength bytes of the text, which CCM must know before; -1 for none */
    setAAD(data: ArrayBufferView | ArrayBuffer, textLength: number): boolean {
      const mode = this.#mode;
      if (mode === undefined || !isAuthenticated(mode)) return false;
      if (this.#info.mode === 'ccm') {
        if (textLength < 0) throw coded('TypeError', 'ERR_MISSING_ARGS', 'options.plaintextLength required for CCM mode with AAD');
        this.#checkCcmLength(textLength);
        this.#announced = textLength;
      }
      if (mode.started) return false;
      mode.authenticate(viewBytes(data));
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
    const info = typeof nameOrNid === 'string' ? findCipher(nameOrNid) : findCipherByNid(nameOrNid);
    if (info === undefined || (keyLength !== undefined && keyLength !== info.keyLength)) return undefined;
    if (ivLength !== undefined && ivLength !== info.ivLength && !(info.authenticated && vectorFitsInfo(info, ivLength))) return undefined;
    const vector = ivLength ?? info.ivLength;
    return Object.assign(
      target,
      { mode: info.mode.replace(/(?<=^cfb)\d|-pad$/, ''), name: info.name, nid: info.nid },
      info.blockSize === undefined ? {} : { blockSize: info.blockSize },
      vector === 0 ? {} : { ivLength: vector },
      { keyLength: info.keyLength },
    );
  }

  return {
    CipherBase,
    getCipherInfo,
    getCiphers: () => [...CIPHERS.flatMap((info) => info.aliases)].sort(),
  };
}

/** The question about GCM has no upper bound. */
function vectorFitsInfo(info: CipherInfo, length: number): boolean {
  return info.mode === 'gcm' ? length > 0 : vectorFits(info, length);
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
