/**
 * What the IDE knows of a provider that sites are deployed to. One file a provider in `providers/`; each passes the suite in `contract.ts`.
 * Everything rejects with a DeployError.
 */

/** Lower-case hexadecimal digits. */
export interface Digest {
  readonly sha1: string;
  readonly sha256: string;
}

/** One file of a built site: bytes, never text. */
export interface SiteFile {
  /** Relative to the site's root, `/`-separated. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly digest: Digest;
}

export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

export interface DeployProgress {
  /** In this order; `uploading` is left out when the provider has all. */
  readonly phase: 'preparing' | 'uploading' | 'publishing';
  /** Of what the provider lacked. */
  readonly done: Amount;
  readonly total: Amount;
  /** The file whose upload ended last. */
  readonly path: string | null;
  /** Why nothing moves at the moment, while a request waits to be tried again. */
  readonly waiting: string | null;
}

export interface DeployOptions {
  /** Id of the site; null makes a new one. */
  readonly site: string | null;
  /** What a new site shall be called, a DNS label; one that is taken gets a suffix. */
  readonly name: string;
  readonly message: string;
  /** A deploy with an address of its own that leaves the site alone. */
  readonly draft: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: DeployProgress) => void;
  /** A new site was made: to be kept even when the deploy fails. */
  readonly onSite?: (site: Site) => void | Promise<void>;
}

export interface DeployResult {
  readonly siteId: string;
  readonly deployId: string;
  /** Address of the site; it shows the deploy unless that is a draft. */
  readonly url: string;
  /** Address of this deploy for ever. */
  readonly previewUrl: string;
  readonly uploaded: Amount;
  /** What the provider had already. */
  readonly skipped: Amount;
}

export interface Site {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Id of the deploy that the site shows. */
  readonly published: string | null;
  /** Nothing else may be published while the published deploy is locked. */
  readonly locked: boolean;
}

export interface Changes {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** A deploy that can be opened or rolled back to. */
export interface PastDeploy {
  readonly id: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly url: string;
  readonly draft: boolean;
  readonly published: boolean;
  /** Null where the provider does not tell. */
  readonly size: Amount | null;
  /** Against what the site showed before it; null where the provider does not tell. */
  readonly changes: Changes | null;
}

/** Whose name the provider acts in. */
export interface Account {
  readonly name: string;
  readonly teams: readonly string[];
}

export interface DeployAdapter {
  /**
   * Publishes all files as one deploy, or as a preview. A deploy that fails or is cancelled is cancelled at the provider too, so that it cannot
   * appear later; one that was published before the cancellation arrived is a success.
   */
  deploy(files: readonly SiteFile[], options: DeployOptions): Promise<DeployResult>;
  /** Newest first; only those that are complete. */
  deploys(site: string, signal?: AbortSignal): Promise<readonly PastDeploy[]>;
  /** Makes the site show an older deploy, or a preview. */
  rollback(site: string, deployId: string, signal?: AbortSignal): Promise<void>;
  /** Holds the site at the deploy that it shows, or lets it go. */
  setLock(site: string, locked: boolean, signal?: AbortSignal): Promise<void>;
  site(id: string, signal?: AbortSignal): Promise<Site>;
  sites(signal?: AbortSignal): Promise<readonly Site[]>;
  /** Null where there are no accounts. */
  account(signal?: AbortSignal): Promise<Account | null>;
}
