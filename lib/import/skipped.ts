import type { Imported } from './import-files.ts';

type Skipped = Imported['skipped'];

const key = (id: string): string => `jampot-skipped-${id}`;

/** Keeps what an import left out until its project has opened in this tab, which then tells. */
export function keepSkipped(id: string, skipped: Skipped, storage: Pick<Storage, 'setItem'>): void {
  if (skipped.length === 0) return;
  try {
    storage.setItem(key(id), JSON.stringify(skipped));
  } catch (error) {
    // The project is stored already; it opens all the same.
    console.warn('What the import left out was not kept:', error, skipped);
  }
}

/** What `keepSkipped` kept, once; nothing when there is none. */
export function takeSkipped(id: string, storage: Pick<Storage, 'getItem' | 'removeItem'>): Skipped {
  const text = storage.getItem(key(id));
  if (text === null) return [];
  storage.removeItem(key(id));
  return JSON.parse(text) as Skipped;
}
