import { createStore, del, get, set } from 'idb-keyval';
import type { ProviderId } from './provider-id.ts';
import { decryptText, encryptText, type SecretBox } from './secret-box.ts';

/** Where a pasted token is: nowhere, in this tab for its session, or in the browser, encrypted. */
export type TokenPlace = 'none' | 'session' | 'locked' | 'unlocked';

/** Tokens of providers that have accounts. They stay on the IDE's origin. */
export interface Tokens {
  place(provider: ProviderId): Promise<TokenPlace>;
  /** Null when there is none, or it is locked. */
  token(provider: ProviderId): string | null;
  /** With a passphrase it is kept encrypted; without one, until the tab's session ends. */
  keep(provider: ProviderId, token: string, passphrase: string | null): Promise<void>;
  /** For as long as the page lives. @throws {JampotError} `passphrase` */
  unlock(provider: ProviderId, passphrase: string): Promise<void>;
  remove(provider: ProviderId): Promise<void>;
}

/** Keeps encrypted tokens. */
export interface TokenBoxes {
  get(provider: ProviderId): Promise<SecretBox | null>;
  set(provider: ProviderId, box: SecretBox): Promise<void>;
  remove(provider: ProviderId): Promise<void>;
}

export function openTokenBoxes(): TokenBoxes {
  const use = createStore('jampot-tokens', 'tokens');
  return {
    get: async (provider) => (await get<SecretBox>(provider, use)) ?? null,
    set: (provider, box) => set(provider, box, use),
    remove: (provider) => del(provider, use),
  };
}

/** @param session `sessionStorage`: it ends with the tab */
export function createTokens(boxes: TokenBoxes, session: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): Tokens {
  const unlocked = new Map<ProviderId, string>();
  const name = (provider: ProviderId): string => `jampot-token-${provider}`;
  return {
    async place(provider) {
      if (session.getItem(name(provider)) !== null) return 'session';
      if (unlocked.has(provider)) return 'unlocked';
      return (await boxes.get(provider)) === null ? 'none' : 'locked';
    },
    token: (provider) => session.getItem(name(provider)) ?? unlocked.get(provider) ?? null,
    async keep(provider, token, passphrase) {
      if (passphrase === null) {
        await boxes.remove(provider);
        unlocked.delete(provider);
        session.setItem(name(provider), token);
        return;
      }
      await boxes.set(provider, await encryptText(token, passphrase));
      session.removeItem(name(provider));
      unlocked.set(provider, token);
    },
    async unlock(provider, passphrase) {
      const box = await boxes.get(provider);
      if (box !== null) unlocked.set(provider, await decryptText(box, passphrase));
    },
    async remove(provider) {
      session.removeItem(name(provider));
      unlocked.delete(provider);
      await boxes.remove(provider);
    },
  };
}
