/** Netscape's signed public keys: `crypto.Certificate`. Stands for src/crypto/crypto_spkac.cc. */
import { DerError, DerReader } from '../asn1/der.ts';
import { decodeBase64, writePem } from '../asn1/pem.ts';
import { viewBytes } from '../bytes.ts';
import type { CryptoCore } from '../core.ts';
import { decodeSpki, UnknownAlgorithmError } from '../keys/spki.ts';
import type { Signed } from './verify.ts';
import { verifySigned } from './verify.ts';

interface SignedKey extends Signed {
  readonly publicKey: Uint8Array;
  readonly challenge: Uint8Array;
}

const latin1 = new TextDecoder('latin1');

/** Undefined for what is no such structure in base64. */
function read(source: ArrayBufferView): SignedKey | undefined {
  const text = latin1.decode(viewBytes(source).slice()).replaceAll(/\s/g, '').replace(/\0+$/, '');
  if (text === '' || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  try {
    const reader = DerReader.sequence(decodeBase64(text));
    const body = reader.read(0x30);
    const algorithm = reader.sequence();
    const signatureOid = algorithm.oid();
    const inner = new DerReader(body.content);
    const publicKey = inner.read(0x30).whole;
    return {
      signed: body.whole,
      signatureOid,
      signatureParameters: algorithm.rest,
      signature: reader.bits(),
      publicKey,
      challenge: inner.read(0x16).content,
    };
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

export function createSpkacFunctions(core: CryptoCore) {
  const keyOf = (signed: SignedKey) => {
    try {
      return decodeSpki(signed.publicKey);
    } catch (error) {
      if (error instanceof DerError || error instanceof UnknownAlgorithmError) return undefined;
      throw error;
    }
  };
  return {
    certVerifySpkac(source: ArrayBufferView): boolean | string {
      if (source.byteLength === 0) return '';
      const signed = read(source);
      const key = signed === undefined ? undefined : keyOf(signed);
      return signed !== undefined && key !== undefined && verifySigned(core, signed, key);
    },
    certExportPublicKey(source: ArrayBufferView): Uint8Array | string {
      const signed = read(source);
      if (signed === undefined) return '';
      return core.environment.buffer(new TextEncoder().encode(writePem('PUBLIC KEY', signed.publicKey)));
    },
    certExportChallenge(source: ArrayBufferView): Uint8Array | string {
      const signed = read(source);
      return signed === undefined ? '' : core.environment.buffer(signed.challenge.slice());
    },
  };
}
