/** The class behind `createECDH`, and `ECDH.convertKey`. Stands for src/crypto/crypto_ec.cc. */
import { viewBytes } from '../bytes.ts';
import type { CryptoCore } from '../core.ts';
import { bigIntBytes, bytesToBigInt } from '../math/integers.ts';
import { randomBelow } from '../prime.ts';
import { NotImplementedError } from '../../dump.ts';
import { type Curve, curveByName, curveByShortName, decodePoint, encodePoint, publicPoint } from './curves.ts';
import { agreeEc } from './ecdsa.ts';

type Source = ArrayBufferView | ArrayBuffer;

const missingCurve = (name: string): Error => new NotImplementedError(`crypto: the elliptic curve ${name}`);

/** Throws for names that are no curve's; undefined for curves that OpenSSL has and this engine has not. */
function findCurve(core: CryptoCore, name: string, nist: boolean): Curve | undefined {
  const curve = nist ? curveByName(name) : curveByShortName(name);
  if (curve !== undefined) return curve;
  const known = core.environment.dumps.crypto?.['getCurves()'] as readonly string[] | undefined;
  if (known?.includes(name) === true) return undefined;
  throw core.environment.codedError('TypeError', 'ERR_CRYPTO_INVALID_CURVE', 'Invalid EC curve name');
}

/** @param nist its names count as well */
export function requireCurve(core: CryptoCore, name: string, nist: boolean): Curve {
  const curve = findCurve(core, name, nist);
  if (curve === undefined) throw missingCurve(name);
  return curve;
}

export function createEcdh(core: CryptoCore) {
  const { environment } = core;
  const failed = (message: string): Error => environment.codedError('Error', 'ERR_CRYPTO_OPERATION_FAILED', message);

  class ECDH {
    readonly #name: string;
    readonly #known: Curve | undefined;
    #d: bigint | undefined;
    #point: { x: bigint; y: bigint } | undefined;

    constructor(name: string) {
      this.#name = name;
      this.#known = findCurve(core, name, false);
    }

    get #curve(): Curve {
      if (this.#known === undefined) throw missingCurve(this.#name);
      return this.#known;
    }

    generateKeys(): void {
      this.#d = 1n + randomBelow(this.#curve.n - 1n, core.randomBytes);
      this.#point = publicPoint(this.#curve, this.#d);
    }

    /** A string tells Node's library of a key that is no point. */
    computeSecret(key: Source): Uint8Array | string {
      const peer = decodePoint(this.#curve, viewBytes(key));
      if (peer === undefined) return 'ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY';
      if (this.#d === undefined) throw failed('Failed to compute ECDH key');
      const own = publicPoint(this.#curve, this.#d);
      if (own.x !== this.#point?.x || own.y !== this.#point.y)
        throw environment.codedError('Error', 'ERR_CRYPTO_INVALID_KEYPAIR', 'Invalid key pair');
      const x = agreeEc({ type: 'ec', curve: this.#curve, explicit: false, ...own, d: this.#d }, peer);
      if (x === undefined) throw failed('Failed to compute ECDH key');
      return environment.buffer(bigIntBytes(x, this.#curve.size));
    }

    getPublicKey(form: number): Uint8Array {
      if (this.#point === undefined) throw failed('Failed to get ECDH public key');
      return environment.buffer(encodePoint(this.#curve, this.#point.x, this.#point.y, form));
    }

    getPrivateKey(): Uint8Array {
      if (this.#d === undefined) throw failed('Failed to get ECDH private key');
      return environment.buffer(bigIntBytes(this.#d));
    }

    setPrivateKey(key: Source): void {
      const d = bytesToBigInt(viewBytes(key));
      if (d < 1n || d >= this.#curve.n) {
        const message = 'Private key is not valid for specified curve.';
        throw environment.codedError('RangeError', 'ERR_CRYPTO_INVALID_KEYTYPE', message);
      }
      this.#d = d;
      this.#point = publicPoint(this.#curve, d);
    }

    setPublicKey(key: Source): void {
      const point = decodePoint(this.#curve, viewBytes(key));
      if (point === undefined) throw failed('Failed to convert Buffer to EC_POINT');
      this.#point = point;
    }
  }

  function ECDHConvertKey(key: Source, name: string, form: number): Uint8Array | string {
    const bytes = viewBytes(key);
    if (bytes.length === 0) return '';
    const curve = requireCurve(core, name, false);
    const point = decodePoint(curve, bytes);
    if (point === undefined) throw failed('Failed to convert Buffer to EC_POINT');
    return environment.buffer(encodePoint(curve, point.x, point.y, form));
  }

  return { ECDH, ECDHConvertKey };
}
