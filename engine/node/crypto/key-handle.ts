/** Secret keys and the classes that JavaScript derives KeyObject and CryptoKey from. Stands for src/crypto/crypto_keys.cc. */
import { NotImplementedError } from '../dump.ts';
import type { Binding, Callable, Environment } from '../environment.ts';
import { isBytes, viewBytes } from './bytes.ts';

export const KEY_TYPE_SECRET = 0;
const KEY_TYPE_NAMES = ['secret', 'public', 'private'];

/** A key's bytes, invisible to guests. */
const secrets = new WeakMap<object, Uint8Array>();

/** The bytes behind a KeyObjectHandle or in the caller's memory. */
export function keyBytes(key: unknown): Uint8Array {
  if (isBytes(key)) return viewBytes(key);
  const secret = typeof key === 'object' && key !== null ? secrets.get(key) : undefined;
  if (secret === undefined) throw new NotImplementedError('crypto with asymmetric keys');
  return secret;
}

export class KeyObjectHandle {
  init(type: number, data: unknown): void {
    if (type !== KEY_TYPE_SECRET) throw new NotImplementedError(`crypto: ${KEY_TYPE_NAMES[type] ?? 'unknown'} keys`);
    secrets.set(this, keyBytes(data).slice());
  }
  getKeyType(): number {
    return KEY_TYPE_SECRET;
  }
  getSymmetricKeySize(): number {
    return keyBytes(this).length;
  }
  equals(other: object): boolean {
    const mine = keyBytes(this);
    const theirs = keyBytes(other);
    if (mine.length !== theirs.length) return false;
    let difference = 0;
    for (let index = 0; index < mine.length; index++) difference |= (mine[index] ?? 0) ^ (theirs[index] ?? 0);
    return difference === 0;
  }
}

type NewCryptoKey = new (handle: KeyObjectHandle, algorithm: object, usages: number, extractable: boolean) => object;

export interface KeyClasses {
  readonly binding: Binding;
  createSecretHandle(bytes: Uint8Array): KeyObjectHandle;
  /** A CryptoKey as WebCrypto jobs return it. */
  createCryptoKey(handle: KeyObjectHandle, algorithm: object, usages: number, extractable: boolean): object;
}

export function createKeyClasses(environment: Environment): KeyClasses {
  let InternalCryptoKey: NewCryptoKey | undefined;

  class Handle extends KeyObjectHandle {
    export(): Uint8Array {
      return environment.buffer(keyBytes(this).slice());
    }
    exportJwk(target: Record<string, unknown>): Record<string, unknown> {
      const buffer = environment.buffer(keyBytes(this)) as Uint8Array & { toString(encoding: string): string };
      target.kty = 'oct';
      target.k = buffer.toString('base64url');
      return target;
    }
  }
  Object.defineProperty(Handle, 'name', { value: 'KeyObjectHandle' });

  class NativeKeyObject {
    readonly #handle: KeyObjectHandle;
    constructor(handle: KeyObjectHandle) {
      this.#handle = handle;
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
      KeyObjectHandle: Handle,
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
    createSecretHandle(bytes) {
      const handle = new Handle();
      handle.init(KEY_TYPE_SECRET, bytes);
      return handle;
    },
    createCryptoKey(handle, algorithm, usages, extractable) {
      if (InternalCryptoKey === undefined) throw new Error('CryptoKey is not set up');
      return new InternalCryptoKey(handle, algorithm, usages, extractable);
    },
  };
}
