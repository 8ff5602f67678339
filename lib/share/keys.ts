import { createStore, del, get, set } from 'idb-keyval';

/** The edit keys of the shares that were made in this browser, by the share's id. They are of the IDE's origin: no project's code can read them. */
export interface ShareKeys {
  get(id: string): Promise<string | null>;
  /** The key that is there, or a new one, stored. */
  obtain(id: string): Promise<string>;
  forget(id: string): Promise<void>;
}

export function openShareKeys(): ShareKeys {
  const use = createStore('jampot-share-keys', 'keys');
  const read = async (id: string): Promise<string | null> => (await get<string>(id, use)) ?? null;
  return {
    get: read,
    async obtain(id) {
      const before = await read(id);
      if (before !== null) return before;
      const key = newEditKey();
      await set(id, key, use);
      return key;
    },
    forget: (id) => del(id, use),
  };
}

/** 256 random bits in hexadecimal. */
function newEditKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
