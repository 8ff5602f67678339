/** What TLS (engine/node/tls, a script of its own) uses of the asymmetric part. */
import type { CryptoCore } from './core.ts';
import { curveByName, decodePoint, encodePoint, publicPoint, UNCOMPRESSED } from './ec/curves.ts';
import { agreeEc } from './ec/ecdsa.ts';
import { libraryError } from './errors.ts';
import { FORMAT_PEM, type KeyArguments, type KeyReader } from './keys/import.ts';
import { decryptPkcs8 } from './keys/encryption.ts';
import { agreeOkp, OKP } from './keys/okp.ts';
import { decodePkcs8 } from './keys/pkcs8.ts';
import { pqAlgorithm } from './keys/post-quantum.ts';
import { decodeSpki, encodeSpki } from './keys/spki.ts';
import type { AsymmetricKey } from './keys/types.ts';
import { bigIntBytes, bytesToBigInt, modPow } from './math/integers.ts';
import { randomBelow } from './prime.ts';
import { decrypt, encrypt } from './rsa/cipher.ts';
import { signMessage, verifyMessage } from './sign.ts';
import { readCertificate } from './x509/certificate.ts';
import { type CertificateHandles, isAuthority, isIssuedBy } from './x509/handle.ts';
import { verifySigned } from './x509/verify.ts';

export function createTlsPrimitives(core: CryptoCore, reader: KeyReader, certificates: CertificateHandles) {
  return {
    core,
    libraryError,
    signMessage,
    verifyMessage,
    verifySigned,
    readCertificate,
    isAuthority,
    isIssuedBy,
    decodeSpki,
    encodeSpki,
    decodePkcs8,
    decryptPkcs8,
    certificates,
    curveByName,
    decodePoint,
    modPow,
    bigIntBytes,
    bytesToBigInt,
    rsaEncrypt: encrypt,
    rsaDecrypt: decrypt,
    readPrivateKey(pem: Uint8Array, passphrase: Uint8Array | undefined): AsymmetricKey {
      return reader.readPrivate([pem, FORMAT_PEM, undefined, passphrase, undefined] as KeyArguments);
    },
    /** A new key of a curve over a prime field: the private number and the uncompressed point. */
    ecShare(name: string): { d: bigint; point: Uint8Array } {
      const curve = curveByName(name);
      if (curve === undefined) throw new TypeError(`No curve ${name}`);
      const d = 1n + randomBelow(curve.n - 1n, core.randomBytes);
      const { x, y } = publicPoint(curve, d);
      return { d, point: encodePoint(curve, x, y, UNCOMPRESSED) };
    },
    /** The shared x coordinate; undefined for a point that is none of the curve. */
    ecAgree(name: string, d: bigint, peer: Uint8Array): Uint8Array | undefined {
      const curve = curveByName(name);
      if (curve === undefined || peer[0] !== UNCOMPRESSED) return undefined;
      const point = decodePoint(curve, peer);
      const x = point === undefined ? undefined : agreeEc({ type: 'ec', curve, explicit: false, x: 0n, y: 0n, d }, point);
      return x === undefined ? undefined : bigIntBytes(x, curve.size);
    },
    okpShare(type: 'x25519' | 'x448'): { secret: Uint8Array; public: Uint8Array } {
      const secret = core.randomBytes(OKP[type].size);
      return { secret, public: OKP[type].publicKey(secret) };
    },
    okpAgree: agreeOkp,
    kem: () => pqAlgorithm('ml-kem-768'),
  };
}

export type TlsPrimitives = ReturnType<typeof createTlsPrimitives>;
