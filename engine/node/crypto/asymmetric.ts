/**
 * The part of crypto that is loaded when it is first used: asymmetric keys, signatures, certificates, and ciphers beside AES in its common modes.
 * Bundled as a script of its own (scripts/engine/bundle.mjs); core.ts says what it is given.
 */
import type { CipherMode } from './aes-mode.ts';
import type { CipherInfo } from './cipher-table.ts';
import { createMode } from './ciphers/create.ts';
import type { CryptoCore } from './core.ts';
import { createDhClasses } from './dh/classes.ts';
import { createEcdh } from './ec/ecdh.ts';
import { configureAgreement } from './keys/agreement.ts';
import { createEncapsulation } from './keys/encapsulation.ts';
import { configureKeyPair, type KeyKind } from './keys/generate.ts';
import { AsymmetricHandles } from './keys/handle.ts';
import { KeyReader } from './keys/import.ts';
import { decodePkcs8, encodePkcs8 } from './keys/pkcs8.ts';
import { decodeSpki, encodeSpki } from './keys/spki.ts';
import { createExtendedJobs } from './extended.ts';
import { createRsaFunctions } from './rsa/cipher.ts';
import { configureSignJob, createSignClasses } from './sign.ts';
import { createCertificates } from './x509/handle.ts';
import { createTlsPrimitives } from './tls-primitives.ts';
import { createSpkacFunctions } from './x509/spkac.ts';

export function create(core: CryptoCore) {
  const reader = new KeyReader(core);
  const certificates = createCertificates(core);
  return {
    handles: new AsymmetricHandles(core, reader),
    certificates,
    tls: createTlsPrimitives(core, reader, certificates),
    ...createSignClasses(core, reader),
    ...createDhClasses(core),
    ...createEcdh(core),
    ...createRsaFunctions(core, reader),
    ...createSpkacFunctions(core),
    ...createExtendedJobs(core),
    configureSignJob: (args: readonly unknown[]) => configureSignJob(core, reader, args),
    ...createEncapsulation(core, reader),
    configureAgreement: (args: readonly unknown[]) => configureAgreement(core, reader, args),
    configureKeyPair: (kind: KeyKind, mode: number, args: readonly unknown[]) => configureKeyPair(core, kind, mode, args),
    createMode: (info: CipherInfo, key: Uint8Array, iv: Uint8Array, encrypting: boolean, tagLength: number): CipherMode =>
      createMode(core.aesBlock, info, key, iv, encrypting, tagLength),
    /** Keys as they travel between threads. */
    codecs: { decodePkcs8, encodePkcs8, decodeSpki, encodeSpki },
  };
}

export type Asymmetric = ReturnType<typeof create>;
