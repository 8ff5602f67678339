import { describe, expect, it } from 'vitest';
import type { ProviderId } from './provider-id.ts';
import type { SecretBox } from './secret-box.ts';
import { createTokens, type TokenBoxes } from './tokens.ts';

function memory(): { boxes: TokenBoxes; kept: Map<ProviderId, SecretBox>; session: Map<string, string>; storage: Storage } {
  const kept = new Map<ProviderId, SecretBox>();
  const session = new Map<string, string>();
  return {
    kept,
    session,
    boxes: {
      get: async (provider) => kept.get(provider) ?? null,
      set: async (provider, box) => void kept.set(provider, box),
      remove: async (provider) => void kept.delete(provider),
    },
    storage: {
      getItem: (name: string) => session.get(name) ?? null,
      setItem: (name: string, value: string) => void session.set(name, value),
      removeItem: (name: string) => void session.delete(name),
    } as unknown as Storage,
  };
}

describe('Tokens', () => {
  it('keeps a token for the session', async () => {
    const { boxes, storage, kept } = memory();
    const tokens = createTokens(boxes, storage);
    expect(await tokens.place('netlify')).toBe('none');
    await tokens.keep('netlify', 'secret', null);
    expect([await tokens.place('netlify'), tokens.token('netlify')]).toEqual(['session', 'secret']);
    expect(createTokens(boxes, storage).token('netlify')).toBe('secret');
    expect(kept.size).toBe(0);
    await tokens.remove('netlify');
    expect([await tokens.place('netlify'), tokens.token('netlify')]).toEqual(['none', null]);
  });

  it('keeps a token encrypted, and needs the passphrase after a reload', async () => {
    const { boxes, storage, session } = memory();
    const tokens = createTokens(boxes, storage);
    await tokens.keep('netlify', 'secret', 'pass');
    expect([await tokens.place('netlify'), tokens.token('netlify'), session.size]).toEqual(['unlocked', 'secret', 0]);
    const later = createTokens(boxes, storage);
    expect([await later.place('netlify'), later.token('netlify')]).toEqual(['locked', null]);
    await expect(later.unlock('netlify', 'wrong')).rejects.toMatchObject({ code: 'passphrase' });
    await later.unlock('netlify', 'pass');
    expect([await later.place('netlify'), later.token('netlify')]).toEqual(['unlocked', 'secret']);
    await later.remove('netlify');
    expect(await createTokens(boxes, storage).place('netlify')).toBe('none');
  });
});
