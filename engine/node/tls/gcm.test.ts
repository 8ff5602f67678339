import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Gcm } from './gcm.ts';

describe('Gcm', () => {
  it.each([16, 32])('seals with keys of %i bytes as OpenSSL does, whatever the size', (keySize) => {
    for (const size of [0, 1, 15, 16, 17, 31, 64, 100, 1000, 16_385]) {
      const [key, nonce, additional, text] = [randomBytes(keySize), randomBytes(12), randomBytes(size % 14), randomBytes(size)];
      const native = createCipheriv(keySize === 16 ? 'aes-128-gcm' : 'aes-256-gcm', key, nonce).setAAD(additional);
      const expected = Buffer.concat([native.update(text), native.final(), native.getAuthTag()]);
      const gcm = new Gcm(key);
      const sealed = gcm.seal(nonce, additional, text);
      expect(Buffer.from(sealed).equals(expected)).toBe(true);
      expect(Buffer.from(gcm.open(nonce, additional, sealed) ?? []).equals(text)).toBe(true);
    }
  });

  it('opens nothing that was changed, wherever', () => {
    const gcm = new Gcm(randomBytes(16));
    const [nonce, additional] = [randomBytes(12), randomBytes(5)];
    const sealed = gcm.seal(nonce, additional, randomBytes(20));
    for (let index = 0; index < sealed.length; index++) {
      const changed = sealed.slice();
      changed[index] = (changed[index] ?? 0) ^ 0x80;
      expect(gcm.open(nonce, additional, changed)).toBeUndefined();
    }
    expect(gcm.open(nonce, randomBytes(5), sealed)).toBeUndefined();
    expect(gcm.open(randomBytes(12), additional, sealed)).toBeUndefined();
    expect(gcm.open(nonce, additional, sealed.subarray(0, 10))).toBeUndefined();
  });
});
