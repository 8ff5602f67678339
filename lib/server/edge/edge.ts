import type { Base } from '../../origins.ts';
import type { Storage } from '../storage/open-storage.ts';
import { Contents } from './contents.ts';
import { DeployStore } from './deploy-store.ts';
import { DEFAULT_EDGE_LIMITS, type EdgeLimits } from './limits.ts';
import { SiteStore } from './site-store.ts';

export interface EdgeOptions {
  readonly storage: Storage;
  readonly base: Base;
  readonly limits?: Partial<EdgeLimits>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** What the deploy API writes and the sites' server reads. */
export interface Edge {
  readonly storage: Storage;
  readonly sites: SiteStore;
  readonly deploys: DeployStore;
  readonly limits: EdgeLimits;
  readonly now: () => number;
  /** Calls back when this server has changed a site. */
  onChange(listener: (name: string) => void): void;
}

export function openEdge({ storage, limits: given, now = Date.now }: EdgeOptions): Edge {
  const { blobs, pointers } = storage;
  const limits = { ...DEFAULT_EDGE_LIMITS, ...given };
  const listeners: ((name: string) => void)[] = [];
  const sites = new SiteStore({ pointers, limits, now, onChange: (name) => listeners.forEach((listener) => listener(name)) });
  const deploys = new DeployStore({ pointers, blobs, contents: new Contents({ pointers, blobs }), sites, limits, now });
  return { storage, sites, deploys, limits, now, onChange: (listener) => void listeners.push(listener) };
}
