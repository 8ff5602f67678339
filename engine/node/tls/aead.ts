/** The ciphers of records that authenticate themselves, on @noble/ciphers. */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { AuthenticatedMode } from '../crypto/aes-mode.ts';
import { concatBytes } from '../crypto/bytes.ts';
import { CcmMode } from '../crypto/ciphers/ccm.ts';
import type { CipherSuite } from './cipher-suites.ts';
import { Gcm } from './gcm.ts';
import { sameBytes } from './wire.ts';

export interface Aead {
  /** Bytes of the tag. */
  readonly tagLength: number;
  /** Text and tag. */
  seal(nonce: Uint8Array, additional: Uint8Array, text: Uint8Array): Uint8Array;
  /** Undefined where the tag is wrong. */
  open(nonce: Uint8Array, additional: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

interface NobleCipher {
  encrypt(text: Uint8Array): Uint8Array;
  decrypt(sealed: Uint8Array): Uint8Array;
}

function nobleAead(create: (nonce: Uint8Array, additional: Uint8Array) => NobleCipher): Aead {
  return {
    tagLength: 16,
    seal: (nonce, additional, text) => create(nonce, additional).encrypt(text),
    open(nonce, additional, sealed) {
      try {
        return create(nonce, additional).decrypt(sealed);
      } catch {
        // The library throws for tags that do not fit, and for nothing else here: lengths have been checked.
        return undefined;
      }
    },
  };
}

/** @param block AES's block function under the key */
function ccmAead(block: (bytes: Uint8Array) => void, tagLength: number): Aead {
  const run = (nonce: Uint8Array, additional: Uint8Array, text: Uint8Array, encrypting: boolean): [Uint8Array, Uint8Array] => {
    const mode: AuthenticatedMode = new CcmMode(block, nonce, tagLength, encrypting);
    mode.authenticate(additional);
    const output = concatBytes(mode.update(text), mode.finish(false));
    return [output, mode.tag().subarray(0, tagLength)];
  };
  return {
    tagLength,
    seal: (nonce, additional, text) => concatBytes(...run(nonce, additional, text, true)),
    open(nonce, additional, sealed) {
      const split = sealed.length - tagLength;
      const [text, tag] = run(nonce, additional, sealed.subarray(0, split), false);
      return sameBytes(tag, sealed.subarray(split)) ? text : undefined;
    },
  };
}

/** @param aesBlock AES's block function by key */
export function createAead(
  { cipher }: CipherSuite,
  key: Uint8Array,
  aesBlock: (key: Uint8Array, encrypting: boolean) => (block: Uint8Array) => void,
): Aead {
  switch (cipher) {
    case 'aes-gcm':
      return new Gcm(key);
    case 'chacha20-poly1305':
      return nobleAead((nonce, additional) => chacha20poly1305(key, nonce, additional));
    case 'aes-ccm':
      return ccmAead(aesBlock(key, true), 16);
    case 'aes-ccm-8':
      return ccmAead(aesBlock(key, true), 8);
    default:
      throw new TypeError(`${cipher} does not authenticate`);
  }
}
