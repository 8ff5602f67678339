/** The ciphers beside AES in ECB, CBC, CTR and GCM. */
import type { CipherMode } from '../aes-mode.ts';
import type { CipherInfo } from '../cipher-table.ts';
import { type BlockFunction, PaddedMode, ShiftMode, StreamMode } from './block-modes.ts';
import { CcmMode } from './ccm.ts';
import { ChaChaMode, ChaChaPolyMode } from './chacha.ts';
import { tripleDes } from './des.ts';
import { OcbMode } from './ocb.ts';
import { PaddedWrapMode, WrapMode } from './wrap.ts';

/** AES's block function by key. */
export type AesBlock = (key: Uint8Array, encrypting: boolean) => BlockFunction;

/** @param tagLength bytes, for modes with a tag */
export function createMode(
  aes: AesBlock,
  info: CipherInfo,
  key: Uint8Array,
  iv: Uint8Array,
  encrypting: boolean,
  tagLength: number,
): CipherMode {
  if (info.block === 'chacha20') return ChaChaMode.withVector(key, iv);
  if (info.block === 'chacha20-poly1305') return new ChaChaPolyMode(key, iv, encrypting);
  const block = info.block === 'des' ? tripleDes : aes;
  const size = info.block === 'des' ? 8 : 16;
  switch (info.mode) {
    case 'ecb':
      return new PaddedMode(block(key, encrypting), size, undefined, encrypting);
    case 'cbc':
      return new PaddedMode(block(key, encrypting), size, iv, encrypting);
    case 'ofb':
      return new StreamMode(block(key, true), iv, 'output', encrypting);
    case 'cfb':
      return new StreamMode(block(key, true), iv, 'ciphertext', encrypting);
    case 'cfb8':
      return new ShiftMode(block(key, true), iv, 8, encrypting);
    case 'cfb1':
      return new ShiftMode(block(key, true), iv, 1, encrypting);
    case 'ccm':
      return new CcmMode(block(key, true), iv, tagLength, encrypting);
    case 'ocb':
      return new OcbMode(block(key, true), block(key, false), iv, tagLength, encrypting);
    case 'wrap':
      return new WrapMode(block(key, encrypting), iv, encrypting);
    case 'wrap-pad':
      return new PaddedWrapMode(block(key, encrypting), iv, encrypting);
    default:
      throw new TypeError(`No mode ${info.mode}`);
  }
}
