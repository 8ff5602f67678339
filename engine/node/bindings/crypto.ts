/**
 * `internalBinding('crypto')`. Stands for src/crypto/*.cc. Hashes, HMAC, random numbers, key derivation and the common ciphers are here; asymmetric
 * keys, certificates and rarer ciphers are a script that is loaded when first used (crypto/asymmetric.ts). What neither has throws an error that
 * names itself (see dump.ts).
 */
import { scrypt } from '@noble/hashes/scrypt.js';
import { NotImplementedError } from '../dump.ts';
import type { Binding, Environment } from '../environment.ts';
import { aesBlock } from '../crypto/aes-mode.ts';
import { findDigest } from '../crypto/algorithms.ts';
import type * as AsymmetricModule from '../crypto/asymmetric.ts';
import { createAsymmetricBinding } from '../crypto/asymmetric-binding.ts';
import { createCipherJobs } from '../crypto/cipher-jobs.ts';
import { findCipher } from '../crypto/cipher-table.ts';
import { type CreateMode, createCiphers, createCommonMode } from '../crypto/cipher.ts';
import type { CryptoCore } from '../crypto/core.ts';
import { createDerivationJobs, pbkdf2 } from '../crypto/derivation.ts';
import { createHashClasses } from '../crypto/hash.ts';
import { HmacDigest } from '../crypto/hmac.ts';
import { createKeyClasses, keyDataOf } from '../crypto/key-handle.ts';
import { setKeyTransfer } from '../crypto/key-transfer.ts';
import { createKeyTransfer } from '../crypto/key-messages.ts';
import { createRandomJobs, fillRandom } from '../crypto/random.ts';
import { createTlsBinding } from '../crypto/tls-binding.ts';

export function create(environment: Environment): Binding {
  let loaded: AsymmetricModule.Asymmetric | undefined;
  const asymmetric = (): AsymmetricModule.Asymmetric => {
    loaded ??= (environment.host.script('asymmetric-crypto.js') as typeof AsymmetricModule).create(core);
    return loaded;
  };
  const createMode: CreateMode = (info, key, iv, encrypting, tagLength) =>
    createCommonMode(info, key, iv, encrypting) ?? asymmetric().createMode(info, key, iv, encrypting, tagLength);
  const keys = createKeyClasses(environment, asymmetric);
  const core: CryptoCore = {
    environment,
    findDigest,
    hmac: (algorithm, key) => HmacDigest.create(algorithm, key),
    pbkdf2,
    scrypt: (password, salt, options) => scrypt(password, salt, options),
    randomBytes(size) {
      const bytes = new Uint8Array(size);
      fillRandom(environment.host.crypto, bytes);
      return bytes;
    },
    findCipher,
    createCipherMode: (info, key, iv, encrypting) => createMode(info, key, iv, encrypting, -1),
    aesBlock,
    keyData: keyDataOf,
    createHandle: keys.createHandle,
    createCryptoKey: keys.createCryptoKey,
  };
  setKeyTransfer(environment, createKeyTransfer(environment, { keys, asymmetric, loaded: () => loaded }));
  const dumped = (name: string) => () => [...((environment.dumps.crypto?.[`${name}()`] ?? []) as readonly string[])];
  return {
    ...createHashClasses(environment),
    ...keys.binding,
    ...createRandomJobs(environment),
    ...createCiphers(environment, createMode),
    ...createCipherJobs(environment, createMode),
    ...createDerivationJobs(environment, keys),
    ...createAsymmetricBinding(environment, asymmetric),
    getCurves: dumped('getCurves'),
    getSSLCiphers: dumped('getSSLCiphers'),
    getFipsCrypto: () => 0,
    testFipsCrypto: () => false,
    setFipsCrypto(on: boolean) {
      if (on) throw new NotImplementedError('crypto: FIPS mode');
    },
    getOpenSSLSecLevelCrypto: () => 2,
    ...createTlsBinding(environment, asymmetric),
  };
}
