import type { BlobHash } from '../../storage/storage.ts';
import { getText } from '../blob-text.ts';
import type { Edge } from '../edge.ts';
import { readRelease, type Release } from '../release.ts';
import { Lru } from './lru.ts';

/** Milliseconds for which a site is believed to show what it showed: other servers may have changed it. This server's own changes count at once. */
const BELIEVED = 1000;
const MOST_HOSTS = 2000;
/** Bytes of releases in memory, as JSON. */
const MOST_BYTES = 64 * 2 ** 20;

interface Shown {
  readonly release: BlobHash;
  readonly until: number;
}

export interface SiteHost {
  readonly site: string;
  /** Null: what the site shows now. */
  readonly deploy: string | null;
}

/** What each host shows now, and releases in memory. */
export class ShownReleases {
  readonly #edge: Edge;
  readonly #shown = new Map<string, Shown>();
  readonly #releases = new Lru<Release>(MOST_BYTES);
  readonly #loading = new Map<BlobHash, Promise<Release>>();
  #changes = 0;

  constructor(edge: Edge) {
    this.#edge = edge;
    edge.onChange((name) => {
      this.#changes += 1;
      for (const label of this.#shown.keys()) if (label === name || label.endsWith(`--${name}`)) this.#shown.delete(label);
    });
  }

  /** What is known without waiting; undefined when it has to be looked up. */
  known(label: string): BlobHash | undefined {
    const shown = this.#shown.get(label);
    return shown !== undefined && shown.until > performance.now() ? shown.release : undefined;
  }

  /** The release that a host shows; null when there is none. */
  async find(host: SiteHost): Promise<BlobHash | null> {
    const label = labelOf(host);
    const known = this.known(label);
    if (known !== undefined) return known;
    const { until, changes } = { until: performance.now() + BELIEVED, changes: this.#changes };
    const release = await this.#look(host);
    // A change during the look may have come too late for it. What shows nothing yet may be complete in a moment.
    if (release !== null && changes === this.#changes) {
      if (this.#shown.size >= MOST_HOSTS) this.#shown.clear();
      this.#shown.set(label, { release, until });
    }
    return release;
  }

  async release(hash: BlobHash): Promise<Release> {
    const known = this.#releases.get(hash);
    if (known !== undefined) return known;
    let loading = this.#loading.get(hash);
    if (loading === undefined) {
      loading = this.#load(hash).finally(() => this.#loading.delete(hash));
      this.#loading.set(hash, loading);
    }
    return loading;
  }

  async #load(hash: BlobHash): Promise<Release> {
    const text = await getText(this.#edge.storage.blobs, hash);
    if (text === null) throw new Error(`The release ${hash} is published and not stored.`);
    const release = readRelease(text);
    this.#releases.set(hash, release, text.length);
    return release;
  }

  async #look({ site: name, deploy: id }: SiteHost): Promise<BlobHash | null> {
    const site = await this.#edge.sites.byName(name);
    if (site === null) return null;
    if (id === null) return site.published[0]?.release ?? null;
    const deploy = await this.#edge.deploys.get(id);
    return deploy?.site === site.id && deploy.state === 'ready' ? deploy.release : null;
  }
}

export function labelOf({ site, deploy }: SiteHost): string {
  return deploy === null ? site : `${deploy}--${site}`;
}
