/** `diffieHellman` and WebCrypto's ECDH and X25519. Stands for DHBitsJob (src/crypto/crypto_dh.cc). */
import type { CryptoCore } from '../core.ts';
import { agreeEc } from '../ec/ecdsa.ts';
import { libraryError } from '../errors.ts';
import { bigIntBytes, modPow } from '../math/integers.ts';
import { peerProblem } from '../dh/exchange.ts';
import type { KeyArguments, KeyReader } from './import.ts';
import { agreeOkp } from './okp.ts';
import type { AsymmetricKey } from './types.ts';

const unsupportedKeyType = (): Error => libraryError('evp', 'operation not supported for this keytype', '00096');
const mismatch = (): Error => libraryError('provider', 'mismatching domain parameters', '000CB');
const failed = (): Error => libraryError('provider', 'failed during derivation', '000A4');

export function agree(own: AsymmetricKey, peer: AsymmetricKey): Uint8Array {
  if (own.type === 'ec' && peer.type === 'ec') {
    if (own.curve.p !== peer.curve.p || own.curve.n !== peer.curve.n || own.curve.b !== peer.curve.b) throw mismatch();
    const x = agreeEc(own, peer);
    if (x === undefined) throw failed();
    return bigIntBytes(x, own.curve.size);
  }
  if (own.type === 'dh' && peer.type === 'dh') {
    if (own.p !== peer.p || own.g !== peer.g) throw mismatch();
    if (peerProblem(own.p, peer.y) !== undefined || own.x === undefined) throw libraryError('dh', 'invalid public key', '00066');
    return bigIntBytes(modPow(peer.y, own.x, own.p), bigIntBytes(own.p).length);
  }
  if ((own.type === 'x25519' || own.type === 'x448') && peer.type === own.type && own.private !== undefined) {
    const secret = agreeOkp(own.type, own.private, peer.public);
    if (secret === undefined) throw failed();
    return secret;
  }
  throw unsupportedKeyType();
}

/** DHBitsJob's arguments behind the mode: the peer's key ×5, the own key ×5. */
export function configureAgreement(core: CryptoCore, reader: KeyReader, args: readonly unknown[]): () => unknown {
  const peer = reader.readAny(args.slice(0, 5) as unknown as KeyArguments);
  const own = reader.readPrivate(args.slice(5, 10) as unknown as KeyArguments);
  return () => core.environment.buffer(agree(own, peer)).slice().buffer;
}
