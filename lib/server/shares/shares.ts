import { join } from 'node:path';
import type { Settings } from '../settings.ts';
import { openStorage } from '../storage/open-storage.ts';
import { ShareApi } from './share-api.ts';
import { ShareStore } from './share-store.ts';

/** The shares of an installation. They have stores of their own, since what no share names is removed from them. */
export function openShares({ dataFolder, shareLimits }: Pick<Settings, 'dataFolder' | 'shareLimits'>): {
  readonly store: ShareStore;
  readonly api: ShareApi;
} {
  const store = new ShareStore({ storage: openStorage(join(dataFolder, 'shares')), limits: shareLimits });
  return { store, api: new ShareApi({ store }) };
}
