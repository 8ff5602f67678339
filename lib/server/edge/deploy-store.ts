import type { BlobStore, PointerStore } from '../storage/storage.ts';
import { getText, putText } from './blob-text.ts';
import type { Contents } from './contents.ts';
import { busy, immutable, noFilesYet, notFound, notInDeploy, stillPublished, tooLarge, tooMany } from './edge-problems.ts';
import { LONGEST_RULES, type EdgeLimits } from './limits.ts';
import { listingText, readListing, type Listing } from './listing.ts';
import { changesBetween, readRelease, releaseText, type Release, type ReleaseFile } from './release.ts';
import { looksFingerprinted } from './fingerprints.ts';
import { parseRules, RULE_FILES, type RuleFile } from './rules/parse-rules.ts';
import {
  isDeployId,
  KEYS,
  keysBelow,
  newDeployId,
  read,
  write,
  type ContentRecord,
  type DeployRecord,
  type Remark,
  type SiteRecord,
} from './records.ts';
import type { SiteStore } from './site-store.ts';

const MOST_TRIES = 50;
/** Deploys under way whose state is kept in memory. */
const MOST_SESSIONS = 50;

interface Options {
  readonly pointers: PointerStore;
  readonly blobs: BlobStore;
  readonly contents: Contents;
  readonly sites: SiteStore;
  readonly limits: EdgeLimits;
  readonly now: () => number;
}

/** A deploy under way, as this server knows it. */
interface Session {
  readonly listing: Listing;
  readonly known: Map<string, ContentRecord>;
  /** Bytes that were sent for it to this server. */
  sent: number;
}

/**
 * Deploys on their way from a list of digests to something that is served:
 *
 *     new → preparing → prepared → uploading → uploaded → ready
 *              └──────────┴───────────┴→ error
 *
 * Every step follows from what is stored, so that any server can take it again after a crash: `advance` takes what steps there are to take. What a site shows is
 * moved between `uploaded` and `ready`, in one swap of the site.
 */
export class DeployStore {
  readonly #options: Options;
  /** By `sessionKey`. */
  readonly #sessions = new Map<string, Session>();
  /** One step at a time for each deploy. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: Options) {
    this.#options = options;
  }

  async create(site: SiteRecord, { title, branch, draft }: Pick<DeployRecord, 'title' | 'branch' | 'draft'>): Promise<DeployRecord> {
    const { pointers, limits, now } = this.#options;
    const { items } = await pointers.list(`site-deploys/${site.id}/`, { limit: limits.deploys + 1 });
    if (items.length >= limits.deploys) throw tooMany('deploys of this site', limits.deploys, 'Delete old deploys of the site.');
    const at = now();
    const deploy: DeployRecord = {
      id: newDeployId(at),
      site: site.id,
      state: 'new',
      title,
      branch,
      draft,
      created: at,
      updated: at,
      listing: null,
      release: null,
      completed: null,
      files: 0,
      bytes: 0,
      changes: null,
      remarks: [],
      error: null,
    };
    await write(pointers, KEYS.deployOfSite(site.id, deploy.id), {}, null);
    await write(pointers, KEYS.deploy(deploy.id), deploy, null);
    return deploy;
  }

  async get(id: string): Promise<DeployRecord | null> {
    return isDeployId(id) ? ((await read<DeployRecord>(this.#options.pointers, KEYS.deploy(id)))?.value ?? null) : null;
  }

  /** Newest first. */
  async ofSite(site: string): Promise<DeployRecord[]> {
    const deploys: DeployRecord[] = [];
    for await (const key of keysBelow(this.#options.pointers, `site-deploys/${site}/`)) {
      const deploy = await this.get(key.split('/').at(-1) ?? '');
      if (deploy !== null) deploys.push(deploy);
    }
    return deploys.sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
  }

  /** Hands a deploy its list of files; the same list once more is fine. Its next steps are `advance`'s. */
  async setListing(id: string, listing: Listing, remarks: readonly Remark[] = []): Promise<DeployRecord> {
    const hash = await putText(this.#options.blobs, listingText(listing));
    return this.#change(id, (deploy) => {
      if (deploy.listing === hash && deploy.state !== 'error') return deploy;
      if (deploy.state === 'ready' || deploy.state === 'uploaded' || deploy.state === 'error') throw immutable(id, deploy.state);
      return { ...deploy, state: 'preparing', listing: hash, files: listing.size, remarks };
    });
  }

  /** SHA-1s that are still to be sent. */
  async required(deploy: DeployRecord): Promise<string[]> {
    if (deploy.state !== 'prepared' && deploy.state !== 'uploading') return [];
    const { listing, known } = await this.#session(deploy);
    return [...new Set(listing.values())].filter((sha1) => !known.has(sha1));
  }

  /** Takes a file's bytes. The last one completes the deploy. */
  async upload(deploy: DeployRecord, path: string, source: AsyncIterable<Uint8Array>): Promise<{ sha1: string; size: number }> {
    if (deploy.state === 'error') throw immutable(deploy.id, deploy.state);
    if (deploy.listing === null) throw noFilesYet(deploy.id);
    const { contents, limits } = this.#options;
    const session = await this.#session(deploy);
    const sha1 = session.listing.get(path);
    if (sha1 === undefined) throw notInDeploy(path);
    // Some more than a deploy may have, for what is sent twice.
    if (session.sent > 2 * limits.bytes) throw tooLarge('More bytes were sent for the deploy', 2 * limits.bytes);
    const content = await contents.put(deploy.site, path, sha1, source, limits.fileBytes);
    session.sent += content.size;
    session.known.set(sha1, content);
    if (deploy.state !== 'ready') await this.advance(deploy.id, session.known.size < new Set(session.listing.values()).size);
    return { sha1, size: content.size };
  }

  /** Takes what steps there are to take. @param incomplete it is known that files are missing: only that some have come is noted */
  advance(id: string, incomplete = false): Promise<DeployRecord> {
    return this.#inTurn(id, async () => {
      let deploy = await this.#require(id);
      if (deploy.state === 'preparing' || deploy.state === 'prepared' || deploy.state === 'uploading') {
        const session = await this.#session(deploy);
        if (!incomplete) await this.#lookUp(deploy, session);
        const missing = [...new Set(session.listing.values())].filter((sha1) => !session.known.has(sha1));
        if (missing.length > 0) {
          const state = deploy.state === 'preparing' ? 'prepared' : incomplete ? 'uploading' : deploy.state;
          deploy = deploy.state === state ? deploy : await this.#step(deploy, { state });
        } else deploy = await this.#complete(deploy, session);
      }
      if (deploy.state === 'uploaded') {
        await this.#options.sites.publishCompleted(deploy);
        deploy = await this.#step(deploy, { state: 'ready' });
      }
      if (deploy.state === 'ready' || deploy.state === 'error') this.#sessions.delete(sessionKey(deploy));
      return deploy;
    });
  }

  /** Ends a deploy that is not complete. One that is stays, which the answer tells. */
  async cancel(id: string, why: string): Promise<DeployRecord> {
    const deploy = await this.#inTurn(id, () =>
      this.#change(id, (deploy) =>
        deploy.state === 'ready' || deploy.state === 'uploaded' || deploy.state === 'error'
          ? deploy
          : { ...deploy, state: 'error', error: why },
      ),
    );
    return deploy.state === 'uploaded' ? this.advance(id) : deploy;
  }

  async delete(deploy: DeployRecord): Promise<void> {
    const { pointers, sites } = this.#options;
    const site = await sites.byId(deploy.site);
    if (site?.published[0]?.deploy === deploy.id) throw stillPublished(deploy.id);
    for (const key of [KEYS.deploy(deploy.id), KEYS.deployOfSite(deploy.site, deploy.id)]) {
      const found = await pointers.get(key);
      if (found !== null) await pointers.delete(key, found.version);
    }
  }

  /** What a complete deploy serves. */
  async release(deploy: Pick<DeployRecord, 'release'>): Promise<Release | null> {
    const text = deploy.release && (await getText(this.#options.blobs, deploy.release));
    return text === null || text === '' ? null : readRelease(text);
  }

  /** Path and SHA-1 of the files of any deploy that was given some. */
  async listing(deploy: DeployRecord): Promise<Listing> {
    const text = deploy.listing && (await getText(this.#options.blobs, deploy.listing));
    return text === null || text === '' ? new Map() : readListing(text);
  }

  async #complete(deploy: DeployRecord, { listing, known }: Session): Promise<DeployRecord> {
    const { blobs, contents, limits, now, sites } = this.#options;
    const bytes = [...listing.values()].reduce((sum, sha1) => sum + (known.get(sha1)?.size ?? 0), 0);
    if (bytes > limits.bytes) {
      const error = `The files have ${bytes.toLocaleString('en')} bytes; the limit of this server is ${limits.bytes.toLocaleString('en')}.`;
      return this.#step(deploy, { state: 'error', error, bytes });
    }
    const lost = await contents.lost(known);
    if (lost.length > 0) {
      for (const sha1 of lost) {
        known.delete(sha1);
        await contents.forget(deploy.site, sha1);
      }
      return this.#step(deploy, { state: 'prepared' });
    }
    const files = new Map<string, ReleaseFile>();
    for (const [path, sha1] of listing) {
      const content = known.get(sha1);
      if (content === undefined) throw new Error(`The content of ${path} was there and is not.`);
      files.set(path, { blob: content.blob, size: content.size, sha1 });
    }
    const rules = await parseRules(await this.#ruleTexts(files));
    const site = await sites.byId(deploy.site);
    if (site === null) throw notFound('site');
    const before = await this.release(site.published[0] ?? { release: null });
    const release: Release = { files, redirects: rules.redirects, headers: rules.headers, reused: reusedPaths(before, files) };
    return this.#step(deploy, {
      // A draft is not published, so nothing is left to do.
      state: deploy.draft ? 'ready' : 'uploaded',
      release: await putText(blobs, releaseText(release)),
      completed: now(),
      files: files.size,
      bytes,
      changes: changesBetween(before, release),
      remarks: [...deploy.remarks, ...rules.remarks, ...longRulesRemarks(files), ...hiddenRemark(files)],
    });
  }

  async #ruleTexts(files: ReadonlyMap<string, ReleaseFile>): Promise<Partial<Record<RuleFile, string>>> {
    const texts: Partial<Record<RuleFile, string>> = {};
    for (const name of RULE_FILES) {
      const file = files.get(name);
      if (file !== undefined && file.size <= LONGEST_RULES) texts[name] = (await getText(this.#options.blobs, file.blob)) ?? '';
    }
    return texts;
  }

  async #session(deploy: DeployRecord): Promise<Session> {
    const key = sessionKey(deploy);
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const session: Session = { listing: await this.listing(deploy), known: new Map(), sent: 0 };
    await this.#lookUp(deploy, session);
    const raced = this.#sessions.get(key);
    if (raced !== undefined) return raced;
    if (this.#sessions.size >= MOST_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value ?? '');
    this.#sessions.set(key, session);
    return session;
  }

  /** Finds out what has come, also through other servers. */
  async #lookUp(deploy: DeployRecord, { listing, known }: Session): Promise<void> {
    const missing = [...new Set(listing.values())].filter((sha1) => !known.has(sha1));
    for (const [sha1, content] of await this.#options.contents.getAll(deploy.site, missing)) known.set(sha1, content);
  }

  async #require(id: string): Promise<DeployRecord> {
    const deploy = await this.get(id);
    if (deploy === null) throw notFound('deploy');
    return deploy;
  }

  /** Goes on from a state; where another server, or a cancellation, was faster, the deploy as it has become. */
  async #step(from: DeployRecord, change: Partial<DeployRecord>): Promise<DeployRecord> {
    return this.#change(from.id, (deploy) =>
      deploy.state === from.state && deploy.listing === from.listing ? { ...deploy, ...change } : deploy,
    );
  }

  async #change(id: string, make: (deploy: DeployRecord) => DeployRecord): Promise<DeployRecord> {
    const { pointers, now } = this.#options;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const found = await read<DeployRecord>(pointers, KEYS.deploy(id));
      if (found === null) throw notFound('deploy');
      const changed = make(found.value);
      if (changed === found.value) return changed;
      // Another list of files: what is known of the old one does not count.
      if (changed.listing !== found.value.listing) this.#sessions.delete(sessionKey(found.value));
      const updated = { ...changed, updated: now() };
      if ((await write(pointers, KEYS.deploy(id), updated, found.version)) !== null) return updated;
    }
    throw busy();
  }

  async #inTurn<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(id) ?? Promise.resolve();
    const turn = before.then(work, work);
    const settled = turn.catch(() => {});
    this.#turns.set(id, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(id) === settled) this.#turns.delete(id);
    }
  }
}

/** A deploy that is given another list of files is another one to whoever still has it as it was. */
function sessionKey({ id, listing }: DeployRecord): string {
  return `${id} ${listing ?? ''}`;
}

/** Paths that must not be cached for ever though they look like it: what they hold has changed before. */
function reusedPaths(before: Release | null, files: ReadonlyMap<string, ReleaseFile>): Set<string> {
  const reused = new Set<string>();
  for (const [path, { sha1 }] of files) {
    if (!looksFingerprinted(path)) continue;
    const old = before?.files.get(path);
    if (before?.reused.has(path) === true || (old !== undefined && old.sha1 !== sha1)) reused.add(path);
  }
  return reused;
}

function longRulesRemarks(files: ReadonlyMap<string, ReleaseFile>): Remark[] {
  return RULE_FILES.filter((name) => (files.get(name)?.size ?? 0) > LONGEST_RULES).map((name) => ({
    type: 'error',
    title: 'Rules are not read',
    description: `${name} has more than ${LONGEST_RULES.toLocaleString('en')} bytes; none of its rules counts.`,
  }));
}

function hiddenRemark(files: ReadonlyMap<string, ReleaseFile>): Remark[] {
  const hidden = [...files.keys()].filter(isHidden);
  if (hidden.length === 0) return [];
  const description = `${hidden.slice(0, 5).join(', ')}${hidden.length > 5 ? ` and ${hidden.length - 5} more` : ''}: their names begin with a dot.`;
  return [{ type: 'info', title: 'Some files are not served', description }];
}

/** As Netlify: names that begin with a dot are not for readers, but for `.well-known`. */
export function isHidden(path: string): boolean {
  return path.split('/').some((name, index) => name.startsWith('.') && !(index === 0 && name === '.well-known'));
}
