/**
 * `internalBinding('crypto')`. Stands for src/crypto/*.cc. Hashes, HMAC, random numbers, key derivation and symmetric ciphers are here; what needs
 * asymmetric keys or X.509 throws an error that names itself (see dump.ts).
 */
import { NotImplementedError } from '../dump.ts';
import type { Binding, Environment } from '../environment.ts';
import { createCiphers } from '../crypto/cipher.ts';
import { createDerivationJobs } from '../crypto/derivation.ts';
import { createHashClasses } from '../crypto/hash.ts';
import { createKeyClasses } from '../crypto/key-handle.ts';
import { createRandomJobs } from '../crypto/random.ts';

export function create(environment: Environment): Binding {
  const keys = createKeyClasses(environment);
  const dumped = (name: string) => () => [...((environment.dumps.crypto?.[`${name}()`] ?? []) as readonly string[])];
  return {
    ...createHashClasses(environment),
    ...keys.binding,
    ...createRandomJobs(environment),
    ...createCiphers(environment),
    ...createDerivationJobs(environment, keys),
    getCurves: dumped('getCurves'),
    getSSLCiphers: dumped('getSSLCiphers'),
    getFipsCrypto: () => 0,
    testFipsCrypto: () => false,
    setFipsCrypto(on: boolean) {
      if (on) throw new NotImplementedError('crypto: FIPS mode');
    },
    getOpenSSLSecLevelCrypto: () => 2,
    // TLS to hosts outside is the browser's: there are no certificates of ours to load.
    startLoadingCertificatesOffThread: () => undefined,
  };
}
