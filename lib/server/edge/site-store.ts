import { randomUUID } from 'node:crypto';
import { isSiteLabel } from '../../origins.ts';
import type { PointerStore } from '../storage/storage.ts';
import { badName, busy, nameTaken, notFound, nothingBefore, notPublished, notReady, tooMany } from './edge-problems.ts';
import type { EdgeLimits } from './limits.ts';
import {
  isSiteId,
  KEYS,
  keysBelow,
  read,
  write,
  type DeployRecord,
  type Found,
  type NameRecord,
  type Publication,
  type SiteRecord,
} from './records.ts';

/** What a site has shown before that is remembered. */
const MOST_PUBLICATIONS = 100;
const MOST_TRIES = 50;
/** Milliseconds after which a name whose site never came is free again. */
const NAME_ABANDONED = 60 * 60 * 1000;

interface Options {
  readonly pointers: PointerStore;
  readonly limits: EdgeLimits;
  readonly now: () => number;
  /** A site was changed by this server. */
  readonly onChange: (name: string) => void;
}

/** Sites, and what they show. */
export class SiteStore {
  readonly #pointers: PointerStore;
  readonly #limits: EdgeLimits;
  readonly #now: () => number;
  readonly #onChange: (name: string) => void;

  constructor({ pointers, limits, now, onChange }: Options) {
    this.#pointers = pointers;
    this.#limits = limits;
    this.#now = now;
    this.#onChange = onChange;
  }

  /** @param key hash of the key that it belongs to @param wanted its name; null draws one */
  async create(key: string, wanted: string | null, anonymous = false): Promise<SiteRecord> {
    if (wanted !== null && !isSiteLabel(wanted)) throw badName(wanted);
    await this.#requireRoom(key);
    const id = randomUUID();
    const name = wanted ?? `site-${id.replaceAll('-', '').slice(0, 12)}`;
    await this.#takeName(name, id);
    const now = this.#now();
    const site: SiteRecord = { id, name, key, anonymous, created: now, updated: now, published: [], locked: false };
    await write(this.#pointers, KEYS.siteOfKey(key, id), {}, null);
    await write(this.#pointers, KEYS.site(id), site, null);
    this.#onChange(name);
    return site;
  }

  async byId(id: string): Promise<SiteRecord | null> {
    return isSiteId(id) ? ((await read<SiteRecord>(this.#pointers, KEYS.site(id)))?.value ?? null) : null;
  }

  async byName(name: string): Promise<SiteRecord | null> {
    if (!isSiteLabel(name)) return null;
    const found = await read<NameRecord>(this.#pointers, KEYS.name(name));
    const site = found && (await this.byId(found.value.site));
    // A name that the site has given up is somebody else's.
    return site?.name === name ? site : null;
  }

  /** Newest first. */
  async ofKey(key: string): Promise<SiteRecord[]> {
    const sites: SiteRecord[] = [];
    for await (const path of keysBelow(this.#pointers, `keys/${key}/`)) {
      const site = await this.byId(path.split('/').at(-1) ?? '');
      if (site?.key === key) sites.push(site);
    }
    return sites.sort((a, b) => b.created - a.created);
  }

  async rename(id: string, name: string): Promise<SiteRecord> {
    if (!isSiteLabel(name)) throw badName(name);
    const { name: old } = await this.#require(id);
    if (old === name) return this.#require(id);
    await this.#takeName(name, id);
    const site = await this.#change(id, (site) => ({ ...site, name }));
    await this.#freeName(old, id);
    this.#onChange(old);
    return site;
  }

  /** Hands an anonymous site to a key. */
  async claim(id: string, key: string): Promise<SiteRecord> {
    await write(this.#pointers, KEYS.siteOfKey(key, id), {}, null);
    return this.#change(id, (site) => ({ ...site, key, anonymous: false }));
  }

  /** Removes a site, if it is as it has to be for that. What belonged to it is collected later. Whether it was removed. */
  async delete(id: string, isWanted: (site: SiteRecord) => boolean = () => true): Promise<boolean> {
    let found: Found<SiteRecord> | null;
    do {
      found = await read<SiteRecord>(this.#pointers, KEYS.site(id));
      if (found === null || !isWanted(found.value)) return false;
    } while (!(await this.#pointers.delete(KEYS.site(id), found.version)));
    await this.#freeName(found.value.name, id);
    const indexed = await this.#pointers.get(KEYS.siteOfKey(found.value.key, id));
    if (indexed !== null) await this.#pointers.delete(KEYS.siteOfKey(found.value.key, id), indexed.version);
    this.#onChange(found.value.name);
    return true;
  }

  /**
   * Makes a site show a deploy that was just completed, unless it is locked, or has published something since: a deploy whose server died between its completion
   * and its publication must not appear when nobody expects it any more.
   */
  publishCompleted(deploy: DeployRecord): Promise<SiteRecord> {
    return this.#change(deploy.site, (site) => {
      const isPast = (site.published[0]?.at ?? 0) > (deploy.completed ?? 0) || site.published.some((one) => one.deploy === deploy.id);
      // Of two that are published at the same time the one that was completed last stays: it counts from then.
      return site.locked || isPast ? site : this.#showing(site, deploy, Math.max(deploy.completed ?? 0, site.published[0]?.at ?? 0));
    });
  }

  /** Makes a site show a complete deploy because somebody wants it now. A lock goes on to it. */
  restore(deploy: DeployRecord): Promise<SiteRecord> {
    return this.#change(deploy.site, (site) => {
      // Later than what was published before, whatever the clock says.
      const at = Math.max(this.#now(), (site.published[0]?.at ?? 0) + 1);
      return site.published[0]?.deploy === deploy.id ? site : this.#showing(site, deploy, at);
    });
  }

  /** Makes a site show what it showed before. @param exists whether a deploy is still there */
  async rollback(id: string, exists: (deploy: string) => Promise<boolean>): Promise<SiteRecord> {
    const there = new Set<string>();
    for (const { deploy } of (await this.#require(id)).published.slice(1))
      if (!there.has(deploy) && (await exists(deploy))) there.add(deploy);
    return this.#change(id, (site) => {
      const [current, ...before] = site.published;
      const index = before.findIndex(({ deploy }) => deploy !== current?.deploy && there.has(deploy));
      if (index === -1) throw nothingBefore();
      return { ...site, published: before.slice(index) };
    });
  }

  /** Holds a site at the deploy that it shows, or lets it go. */
  setLock(id: string, deploy: string, locked: boolean): Promise<SiteRecord> {
    return this.#change(id, (site) => {
      if (site.published[0]?.deploy !== deploy) {
        // Letting go of what is not held changes nothing.
        if (!locked) return site;
        throw notPublished(deploy);
      }
      return site.locked === locked ? site : { ...site, locked };
    });
  }

  #showing(site: SiteRecord, deploy: DeployRecord, at: number): SiteRecord {
    if (deploy.release === null) throw notReady(deploy.id);
    const publication: Publication = { deploy: deploy.id, release: deploy.release, at };
    return { ...site, published: [publication, ...site.published].slice(0, MOST_PUBLICATIONS) };
  }

  async #require(id: string): Promise<SiteRecord> {
    const site = await this.byId(id);
    if (site === null) throw notFound('site');
    return site;
  }

  /** One compare-and-swap: `make` sees the newest site, as often as needed; returning it unchanged writes nothing. */
  async #change(id: string, make: (site: SiteRecord) => SiteRecord): Promise<SiteRecord> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const found: Found<SiteRecord> | null = await read<SiteRecord>(this.#pointers, KEYS.site(id));
      if (found === null) throw notFound('site');
      const changed = make(found.value);
      if (changed === found.value) return changed;
      const updated = { ...changed, updated: this.#now() };
      if ((await write(this.#pointers, KEYS.site(id), updated, found.version)) !== null) {
        this.#onChange(updated.name);
        return updated;
      }
    }
    throw busy();
  }

  async #requireRoom(key: string): Promise<void> {
    const { items } = await this.#pointers.list(`keys/${key}/`, { limit: this.#limits.sites + 1 });
    if (items.length >= this.#limits.sites)
      throw tooMany('sites of this key', this.#limits.sites, 'Delete a site, or use another deploy key.');
  }

  async #takeName(name: string, id: string): Promise<void> {
    const record: NameRecord = { site: id, at: this.#now() };
    for (;;) {
      if ((await write(this.#pointers, KEYS.name(name), record, null)) !== null) return;
      const found = await read<NameRecord>(this.#pointers, KEYS.name(name));
      if (found === null) continue;
      const isUsed = (await this.byId(found.value.site))?.name === name || this.#now() - found.value.at < NAME_ABANDONED;
      if (isUsed || (await write(this.#pointers, KEYS.name(name), record, found.version)) === null) throw nameTaken(name);
      return;
    }
  }

  async #freeName(name: string, id: string): Promise<void> {
    const found = await read<NameRecord>(this.#pointers, KEYS.name(name));
    if (found?.value.site === id) await this.#pointers.delete(KEYS.name(name), found.version);
  }
}
