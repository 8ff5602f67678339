import { createCipheriv, createDecipheriv, type CipherGCM } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aesBlock, isAuthenticated } from '../aes-mode.ts';
import { concatBytes } from '../bytes.ts';
import { CIPHERS, findCipher } from '../cipher-table.ts';
import { createMode } from './create.ts';

const seeded = (size: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => (index * 167 + seed * 59 + 13) & 0xff);

const plain = CIPHERS.filter(({ authenticated, mode }) => !authenticated && mode !== 'ctr').map(({ aliases }) => aliases[0] ?? '');

describe('ciphers', () => {
  it.each(plain)('%s encrypts and decrypts as native does, in pieces', (name) => {
    const info = findCipher(name);
    if (info === undefined) throw new Error(name);
    const [key, iv] = [seeded(info.keyLength, 1), seeded(info.ivLength, 2)];
    const wrapping = info.mode.startsWith('wrap');
    for (const size of wrapping ? [16, 24, 64] : [0, 1, 7, 8, 9, 16, 17, 100]) {
      const text = seeded(size, 3);
      const mode = createMode(aesBlock, info, key, iv, true, -1);
      const pieces = wrapping ? [text] : [text.subarray(0, 5), text.subarray(5, 40), text.subarray(40)];
      const sealed = concatBytes(...pieces.map((piece) => mode.update(piece)), mode.finish(true));
      const cipher = createCipheriv(name, key, info.ivLength === 0 ? null : iv);
      expect(Buffer.from(sealed).toString('hex')).toBe(Buffer.concat([cipher.update(text), cipher.final()]).toString('hex'));
      const back = createMode(aesBlock, info, key, iv, false, -1);
      expect(concatBytes(back.update(sealed), back.finish(true))).toEqual(text);
    }
  });

  it.each([
    ['aes-128-ccm', 7, 16],
    ['aes-256-ccm', 13, 4],
    ['aes-128-ocb', 12, 16],
    ['aes-192-ocb', 15, 8],
    ['chacha20-poly1305', 12, 16],
  ])('%s authenticates as native does', (name, ivLength, tagLength) => {
    const info = findCipher(name);
    if (info === undefined) throw new Error(name);
    const [key, iv, additional] = [seeded(info.keyLength, 1), seeded(ivLength, 2), seeded(70, 4)];
    for (const size of [0, 1, 16, 33, 200]) {
      const text = seeded(size, 3);
      const mode = createMode(aesBlock, info, key, iv, true, tagLength);
      if (!isAuthenticated(mode)) throw new Error(name);
      mode.authenticate(additional.subarray(0, 9));
      mode.authenticate(additional.subarray(9));
      const sealed = concatBytes(mode.update(text), mode.finish(true));
      const cipher = createCipheriv(name as 'aes-128-gcm', key, iv, { authTagLength: tagLength } as never) as CipherGCM;
      cipher.setAAD(additional, { plaintextLength: size });
      expect(Buffer.from(sealed)).toEqual(Buffer.concat([cipher.update(text), cipher.final()]));
      expect(Buffer.from(mode.tag().subarray(0, tagLength))).toEqual(cipher.getAuthTag());
    }
  });

  it('refuses a wrapped key that was changed', () => {
    const info = findCipher('aes128-wrap');
    if (info === undefined) throw new Error('aes128-wrap');
    const wrapped = createMode(aesBlock, info, seeded(16, 1), seeded(8, 2), true, -1).update(seeded(16, 3));
    const changed = wrapped.with(3, (wrapped[3] ?? 0) ^ 1);
    expect(() => createMode(aesBlock, info, seeded(16, 1), seeded(8, 2), false, -1).update(changed)).toThrow();
    expect(() => createDecipheriv('aes128-wrap', seeded(16, 1), seeded(8, 2)).update(changed)).toThrow();
  });
});
