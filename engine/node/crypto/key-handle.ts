/** Key handles, and the classes that JavaScript derives KeyObject and CryptoKey from. Stands for src/crypto/crypto_keys.cc. */
import type { Binding, Callable, Environment } from '../environment.ts';
import type { Asymmetric } from './asymmetric.ts';
import { isBytes, viewBytes } from './bytes.ts';
import { KEY_PRIVATE, KEY_PUBLIC, KEY_SECRET, type KeyData } from './core.ts';
import type { CryptoKeySlots } from './key-transfer.ts';
import type { KeyArguments } from './keys/import.ts';

const FORMAT_JWK = 2;

/** What a handle stands for, invisible to guests. */
const keys = new WeakMap<object, KeyData>();
/** What is within a KeyObject or CryptoKey. */
const held = new WeakMap<object, { readonly handle: object; readonly crypto?: CryptoKeySlots }>();

export function keyDataOf(handle: unknown): KeyData | undefined {
  return typeof handle === 'object' && handle !== null ? keys.get(handle) : undefined;
}

/** Of a KeyObject or a CryptoKey; undefined for other objects. */
export function heldKey(object: object): { readonly data: KeyData; readonly crypto?: CryptoKeySlots } | undefined {
  const { handle, crypto } = held.get(object) ?? {};
  const data = handle === undefined ? undefined : keys.get(handle);
  if (data === undefined) return undefined;
  return crypto === undefined ? { data } : { data, crypto };
}

/** The bytes behind a secret key's handle or in the caller's memory. */
export function keyBytes(key: unknown): Uint8Array {
  if (isBytes(key)) return viewBytes(key);
  const data = keyDataOf(key);
  if (data?.type !== KEY_SECRET) throw new TypeError('The key is not secret.');
  return data.secret;
}

type AsymmetricData = Exclude<KeyData, { readonly type: typeof KEY_SECRET }>;
type NewCryptoKey = new (handle: object, algorithm: object, usages: number, extractable: boolean) => object;

export interface KeyClasses {
  readonly binding: Binding;
  createHandle(data: KeyData): object;
  /** A CryptoKey as WebCrypto jobs return it. */
  createCryptoKey(handle: object, algorithm: object, usages: number, extractable: boolean): object;
}

/** @param asymmetric loads the part that knows asymmetric keys */
export function createKeyClasses(environment: Environment, asymmetric: () => Asymmetric): KeyClasses {
  let InternalCryptoKey: NewCryptoKey | undefined;
  const dataOf = (handle: object): KeyData => {
    const data = keys.get(handle);
    if (data === undefined) throw new TypeError('The key handle is not initialised.');
    return data;
  };
  const asymmetricOf = (handle: object): AsymmetricData => {
    const data = dataOf(handle);
    if (data.type === KEY_SECRET) throw new TypeError('The key is secret.');
    return data;
  };

  class KeyObjectHandle {
    init(type: number, ...args: readonly unknown[]): void {
      if (type === KEY_PUBLIC || type === KEY_PRIVATE) {
        keys.set(this, asymmetric().handles.init(type, args as unknown as KeyArguments));
        return;
      }
      const [data, format] = args;
      keys.set(this, { type: KEY_SECRET, secret: format === FORMAT_JWK ? secretOfJwk(data) : keyBytes(data).slice() });
    }
    getKeyType(): number {
      return dataOf(this).type;
    }
    getSymmetricKeySize(): number {
      return keyBytes(this).length;
    }
    getAsymmetricKeyType(): string {
      return asymmetricOf(this).key.type;
    }
    checkEcKeyData(): boolean {
      return asymmetric().handles.checkEcKeyData(asymmetricOf(this));
    }
    export(...options: readonly unknown[]): string | Uint8Array {
      const data = dataOf(this);
      if (data.type !== KEY_SECRET) return asymmetric().handles.export(data, options);
      return environment.buffer(data.secret.slice());
    }
    exportJwk(target: Record<string, unknown>, handlePss: boolean): Record<string, unknown> {
      const data = dataOf(this);
      if (data.type !== KEY_SECRET) return asymmetric().handles.exportJwk(data, target, handlePss);
      const buffer = environment.buffer(data.secret) as Uint8Array & { toString(encoding: string): string };
      return Object.assign(target, { kty: 'oct', k: buffer.toString('base64url') });
    }
    rawPublicKey(): Uint8Array {
      return asymmetric().handles.rawPublicKey(asymmetricOf(this));
    }
    rawPrivateKey(): Uint8Array {
      return asymmetric().handles.rawPrivateKey(asymmetricOf(this));
    }
    rawSeed(): Uint8Array {
      return asymmetric().handles.rawSeed(asymmetricOf(this));
    }
    exportECPublicRaw(form: number): Uint8Array {
      return asymmetric().handles.exportECPublicRaw(asymmetricOf(this), form);
    }
    exportECPrivateRaw(): Uint8Array {
      return asymmetric().handles.exportECPrivateRaw(asymmetricOf(this));
    }
    keyDetail(target: Record<string, unknown>): Record<string, unknown> {
      const data = dataOf(this);
      if (data.type === KEY_SECRET) return Object.assign(target, { length: 8 * data.secret.length });
      return asymmetric().handles.keyDetail(data, target);
    }
    equals(other: object): boolean {
      const [mine, theirs] = [dataOf(this), dataOf(other)];
      if (mine.type === KEY_SECRET || theirs.type === KEY_SECRET) return sameSecret(mine, theirs);
      return mine.type === theirs.type && asymmetric().handles.equals(mine, theirs);
    }
  }

  function secretOfJwk(jwk: unknown): Uint8Array {
    const { kty, k } = jwk as { kty?: unknown; k?: unknown };
    const invalid = (message: string) => environment.codedError('TypeError', 'ERR_CRYPTO_INVALID_JWK', message);
    if (typeof kty !== 'string') throw invalid('Invalid JWK format');
    if (kty !== 'oct' || typeof k !== 'string') throw invalid('Invalid JWK secret key format');
    const { Buffer } = environment.requireBuiltin('buffer') as { Buffer: { from(text: string, encoding: string): Uint8Array } };
    return Buffer.from(k, 'base64url').slice();
  }

  class NativeKeyObject {
    readonly #handle: KeyObjectHandle;
    constructor(handle: KeyObjectHandle) {
      this.#handle = handle;
      held.set(this, { handle });
    }
    static slots(key: object): unknown[] {
      if (!(#handle in key)) throw illegalThis('KeyObject');
      return [key.#handle.getKeyType(), key.#handle];
    }
  }

  class NativeCryptoKey {
    readonly #slots: readonly [handle: KeyObjectHandle, algorithm: object, usages: number, extractable: boolean];
    constructor(handle: KeyObjectHandle, algorithm: object, usages: number, extractable: boolean) {
      this.#slots = [handle, algorithm, usages, extractable];
      held.set(this, { handle, crypto: { algorithm, usages, extractable } });
    }
    static slots(key: object): unknown[] {
      if (!(#slots in key)) throw illegalThis('CryptoKey');
      const [handle, algorithm, usages, extractable] = key.#slots;
      return [handle.getKeyType(), extractable, algorithm, usages, handle];
    }
  }

  const illegalThis = (name: string) => environment.codedError('TypeError', 'ERR_INVALID_THIS', `Value of "this" must be of type ${name}`);
  const keySlots = NativeKeyObject.slots;
  const cryptoKeySlots = NativeCryptoKey.slots;
  // The base classes are what guests' prototypes chains show: leave nothing of ours on them.
  Reflect.deleteProperty(NativeKeyObject, 'slots');
  Reflect.deleteProperty(NativeCryptoKey, 'slots');

  return {
    binding: {
      KeyObjectHandle,
      createNativeKeyObjectClass: (define: Callable) => define(NativeKeyObject),
      getKeyObjectSlots: (key: object) => keySlots(key),
      createCryptoKeyClass(define: Callable) {
        const classes = define(NativeCryptoKey) as readonly [unknown, NewCryptoKey];
        InternalCryptoKey = classes[1];
        return classes;
      },
      getCryptoKeySlots: (key: object) => cryptoKeySlots(key),
      secureBuffer: (size: number) => new Uint8Array(size),
      // No OpenSSL heap, no secure part of it.
      secureHeapUsed: () => 0n,
    },
    createHandle(data) {
      const handle = new KeyObjectHandle();
      keys.set(handle, data);
      return handle;
    },
    createCryptoKey(handle, algorithm, usages, extractable) {
      if (InternalCryptoKey === undefined) throw new Error('CryptoKey is not set up');
      return new InternalCryptoKey(handle, algorithm, usages, extractable);
    },
  };
}

function sameSecret(one: KeyData, other: KeyData): boolean {
  if (one.type !== KEY_SECRET || other.type !== KEY_SECRET || one.secret.length !== other.secret.length) return false;
  let difference = 0;
  for (let index = 0; index < one.secret.length; index++) difference |= (one.secret[index] ?? 0) ^ (other.secret[index] ?? 0);
  return difference === 0;
}
