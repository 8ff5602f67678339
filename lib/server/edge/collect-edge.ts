import type { BlobHash } from '../storage/storage.ts';
import { getText } from './blob-text.ts';
import type { Edge } from './edge.ts';
import { readRelease } from './release.ts';
import type { EncodedRecord } from './sites/encodings.ts';
import { KEYS, keysBelow, read, type ContentRecord, type DeployRecord, type NameRecord, type SiteRecord } from './records.ts';

const HOUR = 60 * 60 * 1000;
/** Milliseconds without a sign of life after which a deploy that is not complete is given up. */
const ABANDONED = 24 * HOUR;
/** Milliseconds for which a site lives that was made without a key and not claimed: as Netlify's client tells its user. */
const UNCLAIMED = HOUR;
/** Milliseconds for which a blob that nothing names is kept: it may be about to be named. */
const UNNAMED = 24 * HOUR;
/** Milliseconds after which an index entry without what it stands for is one of a writer that died. */
const HALF_MADE = HOUR;

export interface Collected {
  readonly deploys: number;
  readonly sites: number;
  readonly blobs: number;
  readonly temporary: number;
}

/**
 * Goes on with deploys that a server left when it died, and removes what nobody needs any more: deploys that were never finished, sites that nobody claimed, what
 * belonged to deleted ones, and blobs that nothing names. Safe while this and other servers write: a blob that is put or touched is spared, and every deploy
 * touches what it is made of when it is completed. Should it lack something then, it asks for it.
 */
export class EdgeCollector {
  readonly #edge: Edge;
  readonly #untouched: number;
  /** Contents that no deploy named the last time. */
  #unnamed: ReadonlySet<string> = new Set();

  /** @param untouched milliseconds for which a blob is spared that was put or touched */
  constructor(edge: Edge, untouched = UNNAMED) {
    this.#edge = edge;
    this.#untouched = untouched;
  }

  async collect(): Promise<Collected> {
    const now = this.#edge.now();
    const { sites, gone } = await this.#sites(now);
    const named = await this.#deploys(now, sites);
    await this.#contents(named);
    await this.#indexes(now, sites);
    await this.#encodings(named.blobs);
    const blobs = await this.#blobs(named.blobs);
    return { deploys: named.gone, sites: gone, blobs, temporary: await this.#edge.storage.collect() };
  }

  async #sites(now: number): Promise<{ sites: Map<string, SiteRecord>; gone: number }> {
    const sites = new Map<string, SiteRecord>();
    let gone = 0;
    for await (const key of keysBelow(this.#edge.storage.pointers, 'sites/')) {
      const site = (await read<SiteRecord>(this.#edge.storage.pointers, key))?.value;
      if (site === undefined) continue;
      // Somebody may claim it at this moment.
      const isUnclaimed = (one: SiteRecord): boolean => one.anonymous && now - one.created > UNCLAIMED;
      if (isUnclaimed(site) && (await this.#edge.sites.delete(site.id, isUnclaimed))) gone += 1;
      else sites.set(site.id, site);
    }
    return { sites, gone };
  }

  async #deploys(now: number, sites: ReadonlyMap<string, SiteRecord>): Promise<Named> {
    const { pointers } = this.#edge.storage;
    const named: Named = { blobs: new Set(), contents: new Set(), gone: 0 };
    for await (const key of keysBelow(pointers, 'deploys/')) {
      const found = await read<DeployRecord>(pointers, key);
      if (found === null) continue;
      let deploy = found.value;
      if (!sites.has(deploy.site) && now - deploy.updated > HALF_MADE) {
        await pointers.delete(key, found.version);
        await this.#remove(KEYS.deployOfSite(deploy.site, deploy.id));
        continue;
      }
      const isOld = now - deploy.updated > ABANDONED;
      if (deploy.state === 'uploaded' && sites.has(deploy.site)) deploy = await this.#edge.deploys.advance(deploy.id);
      else if (deploy.state !== 'ready' && deploy.state !== 'error' && isOld) {
        deploy = await this.#edge.deploys.cancel(deploy.id, 'It was not finished within a day.');
        named.gone += 1;
      }
      // What a failed deploy had been given is of no use any more.
      if (deploy.state === 'error' && isOld) continue;
      await this.#name(named, deploy);
    }
    // What a site shows counts, whatever became of the deploy.
    for (const { published } of sites.values()) if (published[0] !== undefined) await this.#nameRelease(named, published[0].release);
    return named;
  }

  async #name(named: Named, deploy: DeployRecord): Promise<void> {
    if (deploy.listing !== null) named.blobs.add(deploy.listing);
    for (const sha1 of (await this.#edge.deploys.listing(deploy)).values()) named.contents.add(KEYS.content(deploy.site, sha1));
    if (deploy.release !== null) await this.#nameRelease(named, deploy.release);
  }

  async #nameRelease(named: Named, release: BlobHash): Promise<void> {
    if (named.blobs.has(release)) return;
    named.blobs.add(release);
    const text = await getText(this.#edge.storage.blobs, release);
    if (text !== null) for (const { blob } of readRelease(text).files.values()) named.blobs.add(blob);
  }

  /** Contents are forgotten that no deploy names for the second time: those of an upload that has just begun are spared. */
  async #contents({ blobs, contents }: Named): Promise<void> {
    const { pointers } = this.#edge.storage;
    const unnamed = new Set<string>();
    for await (const key of keysBelow(pointers, 'contents/')) {
      const content = await read<ContentRecord>(pointers, key);
      if (content === null) continue;
      if (!contents.has(key) && this.#unnamed.has(key)) {
        await pointers.delete(key, content.version);
        continue;
      }
      blobs.add(content.value.blob);
      if (!contents.has(key)) unnamed.add(key);
    }
    this.#unnamed = unnamed;
  }

  /** Entries whose sites and deploys are gone, or never came. */
  async #indexes(now: number, sites: ReadonlyMap<string, SiteRecord>): Promise<void> {
    const { pointers } = this.#edge.storage;
    for await (const key of keysBelow(pointers, 'names/')) {
      const name = await read<NameRecord>(pointers, key);
      if (name !== null && !sites.has(name.value.site) && now - name.value.at > HALF_MADE) await pointers.delete(key, name.version);
    }
    for await (const key of keysBelow(pointers, 'keys/')) {
      const [, owner = '', id = ''] = key.split('/');
      const site = sites.get(id);
      // Claimed since it was looked at: the entry is the new one.
      if (site !== undefined && site.key !== owner && (await this.#edge.sites.byId(id))?.key !== owner) await this.#remove(key);
    }
    for await (const key of keysBelow(pointers, 'site-deploys/')) {
      const [, site = '', deploy = ''] = key.split('/');
      const made = Number.parseInt(deploy.slice(0, 8), 16) * 1000;
      if (!sites.has(site) && now - made > HALF_MADE) await this.#remove(key);
    }
  }

  async #encodings(used: Set<BlobHash>): Promise<void> {
    const { pointers } = this.#edge.storage;
    for await (const key of keysBelow(pointers, 'encoded/')) {
      const [, blob = ''] = key.split('/');
      const found = await read<EncodedRecord>(pointers, key);
      if (found === null) continue;
      if (!used.has(blob)) await pointers.delete(key, found.version);
      else if (found.value.is !== null) used.add(found.value.is.blob);
    }
  }

  async #blobs(used: ReadonlySet<BlobHash>): Promise<number> {
    const { blobs } = this.#edge.storage;
    let gone = 0;
    for (let after: string | null | undefined; after !== null;) {
      const page = await blobs.list(after === undefined ? {} : { after });
      for (const hash of page.items) if (!used.has(hash) && (await blobs.delete(hash, this.#untouched))) gone += 1;
      after = page.next;
    }
    return gone;
  }

  async #remove(key: string): Promise<void> {
    const found = await this.#edge.storage.pointers.get(key);
    if (found !== null) await this.#edge.storage.pointers.delete(key, found.version);
  }
}

/** What deploys name, and so must stay. */
interface Named {
  readonly blobs: Set<BlobHash>;
  /** Keys of their documents. */
  readonly contents: Set<string>;
  /** Deploys that were given up. */
  gone: number;
}

/** Milliseconds between two collections. */
const EVERY = 6 * HOUR;

/** Collects now and from time to time, until the process ends. */
export function collectForEver(edge: Edge): void {
  const collector = new EdgeCollector(edge);
  let isRunning = false;
  const collect = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    try {
      await collector.collect();
    } catch (error) {
      // The next time may be better; nothing depends on it.
      console.error(error);
    } finally {
      isRunning = false;
    }
  };
  void collect();
  setInterval(() => void collect(), EVERY).unref();
}
