import { createStore, get, set } from 'idb-keyval';
import type { Amount, Changes } from './adapter.ts';
import type { ProviderId } from './provider-id.ts';

/** What this browser keeps of a project's deploys. The key is all that it takes to change the project's site on the edge. */
export interface DeployRecord {
  readonly provider: ProviderId;
  /** Deploy key for the edge. */
  readonly key: string;
  /** Ids of the project's sites. */
  readonly sites: Readonly<Partial<Record<ProviderId, string>>>;
  /** What a provider does not remember of deploys that were made here, by deploy id. */
  readonly notes: Readonly<Record<string, DeployNote>>;
  /** SHA-1 by path of what was published last from here. */
  readonly published: Readonly<Partial<Record<ProviderId, Readonly<Record<string, string>>>>>;
}

export interface DeployNote {
  readonly size: Amount;
  readonly changes: Changes | null;
}

export interface DeployRecords {
  load(projectId: string): Promise<DeployRecord | null>;
  save(projectId: string, record: DeployRecord): Promise<void>;
}

/** On the IDE's own origin, where no project's code runs. */
export function openDeployRecords(): DeployRecords {
  const use = createStore('jampot-deploys', 'projects');
  return {
    load: async (projectId) => (await get<DeployRecord>(projectId, use)) ?? null,
    save: (projectId, record) => set(projectId, record, use),
  };
}

/** 256 random bits, in 43 characters of base64url. */
export function newDeployKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
