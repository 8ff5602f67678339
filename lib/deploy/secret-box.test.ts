import { describe, expect, it } from 'vitest';
import { decryptText, encryptText } from './secret-box.ts';

describe('encryptText', () => {
  it('is undone by the same passphrase only', async () => {
    const box = await encryptText('nfp_token', 'correct horse');
    expect(new TextDecoder().decode(box.data)).not.toContain('nfp_token');
    expect(await decryptText(box, 'correct horse')).toBe('nfp_token');
    await expect(decryptText(box, 'correct horse ')).rejects.toMatchObject({ code: 'passphrase' });
  });
  it('gives other bytes each time, and notices damage', async () => {
    const [one, two] = await Promise.all([encryptText('x', 'p'), encryptText('x', 'p')]);
    expect([one.salt, one.iv, one.data]).not.toEqual([two.salt, two.iv, two.data]);
    one.data[0] = (one.data[0] ?? 0) ^ 1;
    await expect(decryptText(one, 'p')).rejects.toMatchObject({ code: 'passphrase' });
  });
});
