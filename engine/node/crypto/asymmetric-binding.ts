/** The binding's asymmetric classes, jobs and functions, whose code is loaded when one is first used. */
import type { Binding, Environment } from '../environment.ts';
import type { Asymmetric } from './asymmetric.ts';
import { jobClass } from './job.ts';
import type { KeyKind } from './keys/generate.ts';
import { type Constructor, lazyClass } from './lazy-class.ts';

const DH_METHODS = [
  'generateKeys',
  'computeSecret',
  'getPrime',
  'getGenerator',
  'getPublicKey',
  'getPrivateKey',
  'setPublicKey',
  'setPrivateKey',
];

type FunctionName =
  | 'publicEncrypt'
  | 'privateDecrypt'
  | 'privateEncrypt'
  | 'publicDecrypt'
  | 'ECDHConvertKey'
  | 'certVerifySpkac'
  | 'certExportPublicKey'
  | 'certExportChallenge';

export function createAsymmetricBinding(environment: Environment, load: () => Asymmetric): Binding {
  const later =
    (name: FunctionName) =>
    (...args: readonly unknown[]): unknown =>
      (load()[name] as (...args: readonly unknown[]) => unknown)(...args);
  const keyPairJob = (name: string, kind: KeyKind) =>
    jobClass(environment, name, (mode, ...args: readonly unknown[]) => load().configureKeyPair(kind, mode, args), 'KEYPAIRGENREQUEST');

  return {
    Sign: lazyClass('Sign', ['init', 'update', 'sign'], () => load().Sign as Constructor),
    Verify: lazyClass('Verify', ['init', 'update', 'verify'], () => load().Verify as Constructor),
    DiffieHellman: lazyClass('DiffieHellman', DH_METHODS, () => load().DiffieHellman as Constructor, ['verifyError']),
    DiffieHellmanGroup: lazyClass('DiffieHellmanGroup', DH_METHODS, () => load().DiffieHellmanGroup as Constructor, ['verifyError']),
    ECDH: lazyClass(
      'ECDH',
      ['generateKeys', 'computeSecret', 'getPublicKey', 'getPrivateKey', 'setPublicKey', 'setPrivateKey'],
      () => load().ECDH as Constructor,
    ),
    SignJob: jobClass(environment, 'SignJob', (_mode, ...args: readonly unknown[]) => load().configureSignJob(args)),
    DHBitsJob: jobClass(environment, 'DHBitsJob', (_mode, ...args: readonly unknown[]) => load().configureAgreement(args)),
    RSACipherJob: jobClass(environment, 'RSACipherJob', (_mode, ...args: readonly unknown[]) => load().configureRsaCipher(args)),
    Argon2Job: jobClass(environment, 'Argon2Job', (_mode, ...args: readonly unknown[]) => load().configureArgon2(args)),
    KmacJob: jobClass(environment, 'KmacJob', (_mode, ...args: readonly unknown[]) => load().configureKmac(args)),
    CShakeJob: jobClass(environment, 'CShakeJob', (_mode, ...args: readonly unknown[]) => load().configureCshake(args)),
    TurboShakeJob: jobClass(environment, 'TurboShakeJob', (_mode, ...args: readonly unknown[]) => load().configureTurboshake(args)),
    KangarooTwelveJob: jobClass(environment, 'KangarooTwelveJob', (_mode, ...args: readonly unknown[]) => load().configureKangaroo(args)),
    KEMEncapsulateJob: jobClass(environment, 'KEMEncapsulateJob', (mode, ...args: readonly unknown[]) =>
      load().configureEncapsulate(mode, args),
    ),
    KEMDecapsulateJob: jobClass(environment, 'KEMDecapsulateJob', (mode, ...args: readonly unknown[]) =>
      load().configureDecapsulate(mode, args),
    ),
    RsaKeyPairGenJob: keyPairJob('RsaKeyPairGenJob', 'rsa'),
    DsaKeyPairGenJob: keyPairJob('DsaKeyPairGenJob', 'dsa'),
    EcKeyPairGenJob: keyPairJob('EcKeyPairGenJob', 'ec'),
    DhKeyPairGenJob: keyPairJob('DhKeyPairGenJob', 'dh'),
    NidKeyPairGenJob: keyPairJob('NidKeyPairGenJob', 'nid'),
    publicEncrypt: later('publicEncrypt'),
    privateDecrypt: later('privateDecrypt'),
    privateEncrypt: later('privateEncrypt'),
    publicDecrypt: later('publicDecrypt'),
    ECDHConvertKey: later('ECDHConvertKey'),
    certVerifySpkac: later('certVerifySpkac'),
    certExportPublicKey: later('certExportPublicKey'),
    certExportChallenge: later('certExportChallenge'),
    parseX509: (source: ArrayBufferView) => load().certificates.parseX509(source),
  };
}
