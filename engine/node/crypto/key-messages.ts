/** How keys and certificates of this thread become plain data, and what arrived becomes them again. */
import type { Environment } from '../environment.ts';
import type { Asymmetric } from './asymmetric.ts';
import { KEY_PRIVATE, KEY_PUBLIC, KEY_SECRET, type KeyData } from './core.ts';
import { heldKey, type KeyClasses } from './key-handle.ts';
import type { KeyTransfer, TransferredKey } from './key-transfer.ts';

interface Parts {
  readonly keys: KeyClasses;
  readonly asymmetric: () => Asymmetric;
  /** Undefined as long as it is not loaded: then there is no certificate either. */
  readonly loaded: () => Asymmetric | undefined;
}

type KeyClass = new (handle: object) => object;

const KINDS = { [KEY_SECRET]: 'secret', [KEY_PUBLIC]: 'public', [KEY_PRIVATE]: 'private' } as const;
const CLASSES = { secret: 'SecretKeyObject', public: 'PublicKeyObject', private: 'PrivateKeyObject' } as const;

export function createKeyTransfer(environment: Environment, { keys, asymmetric, loaded }: Parts): KeyTransfer {
  const bytesOf = (data: KeyData): Uint8Array => {
    if (data.type === KEY_SECRET) return data.secret;
    const { encodePkcs8, encodeSpki } = asymmetric().codecs;
    return data.type === KEY_PRIVATE ? encodePkcs8(data.key) : encodeSpki(data.key);
  };
  const dataOf = ({ kind, bytes }: Exclude<TransferredKey, { kind: 'certificate' }>): KeyData => {
    if (kind === 'secret') return { type: KEY_SECRET, secret: bytes.slice() };
    const { decodePkcs8, decodeSpki } = asymmetric().codecs;
    return kind === 'private' ? { type: KEY_PRIVATE, key: decodePkcs8(bytes) } : { type: KEY_PUBLIC, key: decodeSpki(bytes) };
  };

  return {
    describe(object) {
      const found = heldKey(object);
      if (found !== undefined) {
        const { data, crypto } = found;
        return { kind: KINDS[data.type], bytes: bytesOf(data), ...(crypto === undefined ? {} : { crypto }) };
      }
      const certificate = loaded()?.certificates.certificates.get(object);
      return certificate === undefined ? undefined : { kind: 'certificate', bytes: certificate.raw };
    },
    revive(key) {
      if (key.kind === 'certificate') return asymmetric().certificates.fromDer(key.bytes);
      // The library defines the classes when it is first asked for keys.
      const classes = environment.requireBuiltin('internal/crypto/keys') as unknown as Record<string, KeyClass>;
      const handle = keys.createHandle(dataOf(key));
      if (key.crypto !== undefined) {
        const { algorithm, usages, extractable } = key.crypto;
        return keys.createCryptoKey(handle, algorithm, usages, extractable);
      }
      const Class = classes[CLASSES[key.kind]];
      if (Class === undefined) throw new Error(`No class for ${key.kind} keys`);
      return new Class(handle);
    },
  };
}
